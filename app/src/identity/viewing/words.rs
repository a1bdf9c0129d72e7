//! Words of looking as somebody else.

crate::words! {
    view_as: "View as", "Ver como";
    viewing: "You are looking as", "Está mirando como";
    viewing_text: "Read only, and recorded under both names. Values beyond your own share are shown as •••.",
        "Solo lectura, y queda registrado con ambos nombres. Los valores que no son de su parte se muestran como •••.";
    stop: "Look as yourself", "Mirar como usted";
    veiled: "Not yours to see: only the shape is shown.", "No le corresponde verlo: solo se muestra la forma.";
    veiled_chip: "You look as somebody else. These are their rules; no value is shown, because this is not yours to see.",
        "Mira como otra persona. Estas son sus reglas; no se muestra ningún valor porque no le corresponde verlo.";
    lookers: "Who looked as you", "Quién miró como usted";
    lookers_text: "An administrator can look at the portal as you see it, read only and with no value that they may not see themselves. Which pages is not told.",
        "Un administrador puede ver el portal como usted, solo para leer y sin ningún valor que él mismo no pueda ver. No se indica qué páginas.";
    nobody_looked: "Nobody so far.", "Nadie hasta ahora.";
    somebody_gone: "Somebody who is no longer here", "Alguien que ya no está aquí";
    still_looks: "still looking", "sigue mirando";
    for_time: "for", "durante";
}
