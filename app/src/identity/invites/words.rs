//! Words of invitations, of lists of people and of forgotten passwords.

crate::words! {
    invite: "Invite", "Invitar";
    invite_person: "Invite a person", "Invitar a una persona";
    invite_text: "They choose a password behind a link that works once. Until then they are nobody here.",
        "Elegirá una contraseña tras un enlace que vale una sola vez. Hasta entonces no existe aquí.";
    invites: "Open invitations", "Invitaciones abiertas";
    no_invites: "No open invitations. Invite somebody, or import a list.", "No hay invitaciones abiertas. Invite a alguien o importe una lista.";
    good_for: "Good for", "Vale durante";
    one_day: "1 day", "1 día";
    seven_days: "7 days", "7 días";
    thirty_days: "30 days", "30 días";
    by_mail: "Send the link by mail too", "Enviar el enlace también por correo";
    invited_by: "Invited by", "Invitó";
    until: "Until", "Hasta";
    expired: "expired", "caducada";
    mail_waiting: "mail on its way", "correo en camino";
    mail_sent: "mail sent", "correo enviado";
    mail_failed: "mail refused", "correo rechazado";
    new_link: "New link", "Enlace nuevo";
    new_link_mail: "New link by mail", "Enlace nuevo por correo";
    revoke: "Revoke", "Anular";
    revoke_title: "Revoke this invitation?", "¿Anular esta invitación?";
    revoke_text: "Its link stops working. You can invite the person again.", "Su enlace deja de valer. Puede volver a invitar a la persona.";
    revoked: "The invitation is revoked.", "La invitación está anulada.";
    link_once: "The link", "El enlace";
    link_once_text: "Shown this once. Hand it over by a safe way: whoever opens it first chooses the password. Earlier links of this invitation do not work any more.",
        "Se muestra solo esta vez. Entréguelo por un medio seguro: quien lo abra primero elige la contraseña. Los enlaces anteriores de esta invitación ya no valen.";
    link_mailed: "A mail with a link of its own is on its way as well.", "También va en camino un correo con su propio enlace.";

    welcome: "Your invitation", "Su invitación";
    welcome_text: "Choose a password, and you are in.", "Elija una contraseña y podrá entrar.";
    welcome_to: "You are invited to the data portal of", "Le han invitado al portal de datos de";
    again: "Password again", "Repita la contraseña";
    accept: "Begin", "Empezar";
    gone: "This link is no longer valid", "Este enlace ya no vale";
    gone_text: "Ask for a new one: an administrator of the portal can give it to you.", "Pida uno nuevo: un administrador del portal puede dárselo.";
    weak: "At least 12 characters, and not easy to guess: three or four words that have nothing to do with each other, without your name.",
        "Al menos 12 caracteres y difícil de adivinar: tres o cuatro palabras que no tengan que ver entre sí, sin su nombre.";

    forgot: "Forgotten your password?", "¿Ha olvidado la contraseña?";
    forgot_title: "A new password", "Una contraseña nueva";
    forgot_text: "Write your address: we send a link to it, if it is known here.", "Escriba su dirección: le enviamos un enlace, si aquí se conoce.";
    send_link: "Send the link", "Enviar el enlace";
    sent: "If the address is known here, a mail is on its way. The link in it works once, for 30 minutes. Look into the spam folder too; nothing there, ask an administrator.",
        "Si aquí se conoce la dirección, va un correo en camino. Su enlace vale una sola vez, durante 30 minutos. Mire también en el correo no deseado; si no está, pregunte a un administrador.";
    no_mail: "This portal sends no mail. An administrator can give you a new password.", "Este portal no envía correo. Un administrador puede darle otra contraseña.";
    back: "Back to signing in", "Volver a la entrada";
    choose_title: "Choose a new password", "Elija una contraseña nueva";
    choose_text: "All your sessions end with it; sign in again afterwards.", "Con ella terminan todas sus sesiones; después vuelva a entrar.";
    choose: "Set the password", "Fijar la contraseña";
    gone_reset_text: "It worked once, or its 30 minutes are over. Ask for another one.", "Ya se usó o han pasado sus 30 minutos. Pida otro.";
    another: "Ask for another link", "Pedir otro enlace";
    reset_done: "The password is set. Sign in with it.", "La contraseña está fijada. Entre con ella.";

    import: "Import a list", "Importar una lista";
    import_text: "CSV with the columns name, email, department, role, and one attribute.<name> for each attribute (several values parted by semicolons). At most 2,000 people and 1 MiB.",
        "CSV con las columnas name, email, department, role y una attribute.<nombre> por atributo (varios valores separados por punto y coma). Hasta 2.000 personas y 1 MiB.";
    file: "File", "Fichero";
    file_help: "Or paste the list below.", "O pegue la lista abajo.";
    too_large: "The file is larger than 1 MiB: cut it into several.", "El fichero pasa de 1 MiB: divídalo en varios.";
    list: "List", "Lista";
    look: "Look at it first", "Ver antes qué cambia";
    preview: "What the list would change", "Lo que cambiaría la lista";
    line: "Line", "Línea";
    what: "What", "Qué";
    note: "Reason, or what differs", "Motivo o diferencia";
    new: "new", "nueva";
    changed: "changed", "cambia";
    same: "unchanged", "igual";
    refused: "refused", "no vale";
    count_new: "new", "nuevas";
    count_changed: "changed", "cambian";
    count_same: "unchanged", "iguales";
    count_refused: "refused", "no valen";
    first_lines: "Only the first 200 lines are shown, those that are refused first.", "Solo se muestran las primeras 200 líneas, antes las que no valen.";
    correct_it: "Correct the refused lines and look again: the list is taken as a whole or not at all.", "Corrija las líneas que no valen y vuelva a mirar: la lista se toma entera o nada.";
    links_by_mail: "Send new people their links by mail", "Enviar a las personas nuevas su enlace por correo";
    take: "Take the list", "Tomar la lista";
    nothing_to_do: "The list says what is so already.", "La lista dice lo que ya es así.";
    taken: "The list is taken.", "La lista está tomada.";
    links: "Links of the new people", "Enlaces de las personas nuevas";
    links_text: "Shown this once. Each link works once, for 7 days; hand each to its person alone.", "Se muestran solo esta vez. Cada enlace vale una vez, durante 7 días; entregue cada uno solo a su persona.";
    download_links: "Download the links", "Descargar los enlaces";
    edit: "Change the list", "Cambiar la lista";
}
