//! Words of second factors.

crate::words! {
    app: "Codes of an app", "Códigos de una aplicación";
    app_off: "After your password you can be asked for a code that an app on your telephone shows. Whoever learns your password then still stays out.",
        "Después de la contraseña se le puede pedir un código que muestra una aplicación de su teléfono. Así, quien descubra su contraseña no podrá entrar.";
    app_on: "Asked for after your password, since", "Se piden después de la contraseña, desde";
    turn_on: "Turn on", "Activar";
    turn_off: "Turn off", "Desactivar";
    turn_on_title: "Turn codes on", "Activar los códigos";
    turn_on_text: "First show that it is you.", "Primero demuestre que es usted.";
    turn_off_title: "Turn codes off?", "¿Desactivar los códigos?";
    turn_off_text: "Your password alone will let you in. The recovery codes stop working, and your other sessions end.",
        "Podrá entrar solo con la contraseña. Los códigos de recuperación dejan de valer y sus otras sesiones terminan.";
    proof: "Password or code", "Contraseña o código";
    proof_help: "Your present password, or the code that your app shows now if it is on already.", "Su contraseña actual, o el código que su aplicación muestra ahora si ya está activada.";
    go_on: "Continue", "Continuar";
    scan_title: "Add the portal to your app", "Añadir el portal a su aplicación";
    scan_text: "Scan this with an authenticator app, or type the key. Then give the code that the app shows.",
        "Escanee esto con una aplicación de códigos o escriba la clave. Después escriba el código que muestra.";
    picture: "QR code for an authenticator app", "Código QR para una aplicación de códigos";
    key: "Key", "Clave";
    code: "Code", "Código";
    six_digits: "Six digits.", "Seis cifras.";
    app_turned_on: "Codes are on. Your other sessions have ended.", "Códigos activados. Sus otras sesiones han terminado.";
    app_turned_off: "Codes are off. Your other sessions have ended.", "Códigos desactivados. Sus otras sesiones han terminado.";
    codes: "Recovery codes", "Códigos de recuperación";
    codes_left: "Recovery codes left", "Códigos de recuperación que quedan";
    few_codes: "Few are left: make new ones.", "Quedan pocos: cree otros nuevos.";
    codes_text: "Shown this once. Each lets you in once when you have no telephone. Keep them where only you find them, not on the telephone.",
        "Se muestran solo esta vez. Cada uno le deja entrar una vez si no tiene el teléfono. Guárdelos donde solo usted los encuentre, no en el teléfono.";
    renew: "New recovery codes", "Nuevos códigos de recuperación";
    renew_title: "Make new recovery codes?", "¿Crear nuevos códigos de recuperación?";
    renew_text: "Those that you have stop working, and your other sessions end.", "Los que tiene dejan de valer y sus otras sesiones terminan.";
    kept_them: "I have kept them", "Ya los he guardado";

    passkeys: "Passkeys", "Llaves de acceso";
    passkeys_text: "A passkey signs you in with your finger, face or PIN, without a password. It stays on your device or in your password manager.",
        "Una llave de acceso le deja entrar con la huella, la cara o un PIN, sin contraseña. Se queda en su dispositivo o en su gestor de contraseñas.";
    no_passkeys_here: "This portal is reached by a network address, or without https: browsers take passkeys only where it has a name and https. Ask whoever runs it.",
        "A este portal se llega por una dirección de red o sin https: los navegadores solo admiten llaves de acceso si tiene un nombre y https. Pregunte a quien lo gestiona.";
    add_passkey: "Add passkey", "Añadir llave de acceso";
    passkey_name: "Name", "Nombre";
    passkey_name_help: "By which you recognise the device, e.g. Work laptop.", "Para reconocer el dispositivo, p. ej. Portátil del trabajo.";
    passkey_added: "Passkey added. Your other sessions have ended.", "Llave de acceso añadida. Sus otras sesiones han terminado.";
    passkey_removed: "Passkey removed. Your other sessions have ended.", "Llave de acceso quitada. Sus otras sesiones han terminado.";
    added: "added", "añadida";
    used: "last used", "último uso";
    never_used: "never used", "sin usar";
    remove: "Remove", "Quitar";
    remove_title: "Remove this passkey?", "¿Quitar esta llave de acceso?";
    remove_text: "It opens the portal no more, and your other sessions end. On your device you delete it yourself.",
        "Ya no abrirá el portal y sus otras sesiones terminan. En su dispositivo debe borrarla usted.";

    with_passkey: "Sign in with a passkey", "Entrar con una llave de acceso";
    code_title: "One more step", "Un paso más";
    code_lead: "Give the code that your app shows.", "Escriba el código que muestra su aplicación.";
    code_help: "Without your telephone: one of your recovery codes.", "Sin su teléfono: uno de sus códigos de recuperación.";
    wrong_code: "The code is wrong, or was used already. Give the newest one.", "El código no es correcto o ya se usó. Escriba el más reciente.";
    too_many_codes: "Too many codes were tried. Wait five minutes and try again.", "Se han probado demasiados códigos. Espere cinco minutos e inténtelo de nuevo.";
    start_again: "Sign in another way", "Entrar de otra manera";
    lost: "Telephone and recovery codes lost? An administrator can remove the second step.", "¿Ha perdido el teléfono y los códigos? Un administrador puede quitar el segundo paso.";

    remove_factors: "Remove second factors", "Quitar segundos factores";
    remove_factors_title: "Remove the second factors?", "¿Quitar los segundos factores?";
    remove_factors_text: "App, recovery codes and passkeys stop working and their sessions end: the password alone lets them in. Do it only when you are sure who asks.",
        "La aplicación, los códigos y las llaves de acceso dejan de valer y sus sesiones terminan: podrá entrar solo con la contraseña. Hágalo solo si tiene la certeza de quién lo pide.";
    factors_removed: "Second factors removed; their sessions have ended.", "Segundos factores quitados; sus sesiones han terminado.";
    no_factors: "There were none. Their sessions have ended.", "No tenía ninguno. Sus sesiones han terminado.";
}
