//! Words of people and sessions.

crate::words! {
    sign_in: "Sign in", "Entrar";
    tagline: "See what your organisation knows.", "Vea lo que su organización sabe.";
    email: "E-mail", "Correo electrónico";
    password: "Password", "Contraseña";
    wrong: "E-mail or password is wrong. Check both and try again.", "El correo o la contraseña no son correctos. Compruébelos e inténtelo de nuevo.";
    too_many: "Too many attempts. Wait a minute and try again.", "Demasiados intentos. Espere un minuto e inténtelo de nuevo.";
    expired: "Your session has ended. Sign in again.", "Su sesión ha terminado. Vuelva a entrar.";
    failed: "The portal could not do this. Try again, and tell an administrator if it stays.", "El portal no ha podido hacerlo. Inténtelo de nuevo y avise a un administrador si sigue igual.";
    signed_out: "You are signed out.", "Ha salido.";
    forgot: "Forgotten it? An administrator can give you a new one.", "¿La ha olvidado? Un administrador puede darle otra.";

    set_up: "Set up Atalaya", "Preparar Atalaya";
    set_up_text: "This creates the first administrator, who adds people and data and sees no data.", "Así se crea el primer administrador, que añade personas y datos y no ve los datos.";
    token: "Set-up code", "Código de preparación";
    token_help: "The server printed it when it started, at the end of the link.", "El servidor lo escribió al arrancar, al final del enlace.";
    organisation: "Organisation", "Organización";
    time_zone: "Time zone", "Zona horaria";
    time_zone_help: "Reports and schedules use it, e.g. Europe/Madrid.", "La usan los informes y las programaciones, p. ej. Europe/Madrid.";
    your_name: "Your name", "Su nombre";
    password_help: "At least 12 characters. A few words in a row are good.", "Al menos 12 caracteres. Varias palabras seguidas sirven.";
    begin: "Begin", "Empezar";
    bad_token: "This set-up code is not valid, or was used already. Take the newest link that the server printed.", "Este código no es válido o ya se usó. Tome el último enlace que escribió el servidor.";
    bad_field: "Check this field.", "Revise este campo.";
    bad_zone: "There is no such time zone. Write one like Europe/Madrid.", "No existe esa zona horaria. Escriba una como Europe/Madrid.";
    set_up_failed: "The set-up did not work. Check the fields and try again.", "No se ha podido preparar. Revise los campos e inténtelo de nuevo.";

    account: "Your account", "Su cuenta";
    change_password: "Change password", "Cambiar contraseña";
    old_password: "Present password", "Contraseña actual";
    new_password: "New password", "Contraseña nueva";
    new_again: "New password again", "Repita la contraseña nueva";
    not_same: "The two are not the same.", "No coinciden.";
    password_changed: "Password changed. Your other sessions have ended.", "Contraseña cambiada. Sus otras sesiones han terminado.";
    department: "Department", "Departamento";
    role: "Role", "Perfil";
    roles: "Roles", "Perfiles";
    name: "Name", "Nombre";
    what_you_see: "What you may see and why", "Lo que puede ver y por qué";

    sessions: "Sessions", "Sesiones";
    this_one: "this one", "esta";
    on_system: "on", "en";
    unknown_device: "Unknown device", "Dispositivo desconocido";
    begun: "begun", "iniciada";
    last_used: "last used", "último uso";
    only_this: "Only this session. If you sign in elsewhere, it appears here and you can end it.",
        "Solo esta sesión. Si entra desde otro lugar, aparecerá aquí y podrá terminarla.";
    unknown_session: "Is there one that you do not know? End it and change your password.", "¿Hay alguna que no conoce? Termínela y cambie su contraseña.";
    no_sessions: "Not signed in anywhere.", "No tiene ninguna sesión abierta.";
    end_session: "End", "Terminar";
    end_others: "End all others", "Terminar las demás";
    end_all: "End all", "Terminar todas";
    end_others_title: "End all other sessions?", "¿Terminar las demás sesiones?";
    end_others_text: "They end at once; whoever works there must sign in again. This one stays.",
        "Terminan al momento; quien trabaje allí tendrá que volver a entrar. Esta se conserva.";
    end_all_title: "End these sessions?", "¿Terminar estas sesiones?";
    end_all_text: "They end at once; whoever works there must sign in again. The password stays: give a new one if somebody else may know it.",
        "Terminan al momento; quien trabaje allí tendrá que volver a entrar. La contraseña sigue valiendo: dé una nueva si alguien más puede conocerla.";
    session_ended: "The session has ended.", "La sesión ha terminado.";
    sessions_ended: "The sessions have ended.", "Las sesiones han terminado.";

    people: "People", "Personas";
    people_lead: "Who may sign in, in which department and with which role.", "Quién puede entrar, en qué departamento y con qué perfil.";
    add_person: "Add person", "Añadir persona";
    add: "Add", "Añadir";
    attributes: "Attributes", "Atributos";
    attribute_help: "Row rules use it. Several values: separate them with commas.", "Lo usan las reglas de filas. Varios valores: sepárelos con comas.";
    last_sign_in: "Last sign-in", "Última entrada";
    never: "never", "nunca";
    state: "State", "Estado";
    active: "active", "activa";
    disabled: "disabled", "desactivada";
    disable: "Disable", "Desactivar";
    enable: "Enable", "Activar";
    new_password_for: "New password", "Contraseña nueva";
    disable_title: "Disable this person?", "¿Desactivar a esta persona?";
    disable_text: "Their sessions end at once. Their dashboards and reports stay.", "Sus sesiones terminan al momento. Sus tableros e informes se conservan.";
    reset_title: "Give a new password?", "¿Dar una contraseña nueva?";
    reset_text: "The present one stops working and their sessions end.", "La actual deja de valer y sus sesiones terminan.";
    first_password: "First password", "Primera contraseña";
    first_password_text: "Shown this once. Hand it over by a safe way; it must be changed at the first sign-in.",
        "Se muestra solo esta vez. Entréguela por un medio seguro; habrá que cambiarla al entrar por primera vez.";
    disabled_now: "Disabled; their sessions have ended.", "Desactivada; sus sesiones han terminado.";
    enabled_now: "Enabled.", "Activada.";
    done: "Done", "Hecho";
    actions: "Actions", "Acciones";
    add_department: "Add department", "Añadir departamento";
    department_name: "Short name", "Nombre corto";
    department_name_help: "Lower-case letters, digits and _; it stays.", "Minúsculas, cifras y _; ya no cambia.";
    title_en: "Title in English", "Título en inglés";
    title_es: "Title in Spanish", "Título en español";
    department_added: "Department added.", "Departamento añadido.";
    change: "Change", "Cambiar";
    change_person: "Change person", "Cambiar persona";
    person_changed: "Saved. It holds at their next read.", "Guardado. Vale desde su próxima lectura.";
    no_people: "Nobody yet", "Todavía no hay nadie";
    no_people_text: "Add the first person who will look at data.", "Añada a la primera persona que verá datos.";
    all_departments: "All departments", "Todos los departamentos";
}
