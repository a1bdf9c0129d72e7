//! Words of sharing and publishing dashboards.

crate::words! {
    share_and_publish: "Share and publish", "Compartir y publicar";
    share: "Share…", "Compartir…";
    share_title: "Share with colleagues", "Compartir con colegas";
    share_lead: "They can look at it and change nothing. Each sees their own rows; a tile that holds values outside of their share is left out for them.",
        "Pueden verlo y no cambian nada. Cada persona ve sus propias filas; un panel que contiene valores fuera de lo que puede ver no se le muestra.";
    titles_as_they_are: "Titles and notes are shown as you wrote them: put nothing there that others must not know.",
        "Los títulos y las notas se muestran como los escribió: no ponga en ellos nada que otras personas no deban saber.";
    shared_with: "Shared with", "Compartido con";
    with_nobody: "Shared with nobody yet.", "Aún no se comparte con nadie.";
    no_colleagues: "Nobody else acts in this department.", "Nadie más actúa en este departamento.";
    all_have_it: "Everybody of the department has it. You could publish it instead.", "Ya lo tiene todo el departamento. También podría publicarlo.";
    colleague: "Colleague", "Colega";
    share_it: "Share", "Compartir";
    stop: "Stop sharing with", "Dejar de compartir con";
    shared: "Shared.", "Compartido.";
    stopped: "No longer shared with", "Ya no se comparte con";
    publish: "Publish to the department…", "Publicar en el departamento…";
    publish_title: "Publish to the department", "Publicar en el departamento";
    publish_text: "Everybody there finds it, each with their own rows; a tile with values outside of somebody's share is left out for them. Titles and notes are shown as you wrote them. Whoever may publish can change it, delete it or take it back.",
        "Lo encuentra todo el departamento, cada persona con sus propias filas; un panel con valores fuera de lo que alguien puede ver no se le muestra. Los títulos y las notas se muestran como los escribió. Quien puede publicar puede cambiarlo, borrarlo o hacerlo suyo.";
    publish_it: "Publish", "Publicar";
    published: "Published.", "Publicado.";
    take_back: "Make it mine again…", "Volver a hacerlo mío…";
    take_back_title: "Make it mine again", "Volver a hacerlo mío";
    take_back_text: "It becomes your own: nobody else of the department finds it any more.", "Pasa a ser suyo: nadie más del departamento lo encontrará.";
    take_back_it: "Make it mine", "Hacerlo mío";
    taken_back: "It is yours now.", "Ahora es suyo.";
}
