//! Words of schedules: when a report is made again, and how that went.

use super::asks::{Days, Repeat};
use crate::text::Language;

crate::words! {
    repeat: "Repeat…", "Repetir…";
    repeat_title: "Make this report again and again", "Repetir este informe";
    repeat_text: "Each time it is made under your access of then, and kept under Reports like any other. Nothing is sent.",
        "Cada vez se crea con el acceso que tenga entonces y se guarda en Informes como cualquier otro. No se envía nada.";
    change_title: "Change when it is made", "Cambiar cuándo se crea";
    change: "Change…", "Cambiar…";
    every: "How often", "Cada cuánto";
    daily: "Every day", "Cada día";
    weekdays: "Monday to Friday", "De lunes a viernes";
    weekly: "Every week", "Cada semana";
    monthly: "Every month", "Cada mes";
    weekday_label: "Day of the week", "Día de la semana";
    day_label: "Day of the month", "Día del mes";
    day_help: "In a shorter month it is made on the last day.", "En un mes más corto se crea el último día.";
    time: "Time", "Hora";
    time_help: "By the organisation's clock.", "Según el reloj de la organización.";
    set: "Set", "Programar";
    is_set: "It will be made", "Se creará";
    schedules: "Made again and again", "Informes que se repiten";
    when: "When", "Cuándo";
    next: "Next time", "Próxima vez";
    last: "Last time", "Última vez";
    paused: "paused", "en pausa";
    not_made: "no longer made", "ya no se crea";
    not_yet: "not yet", "aún no";
    pause: "Pause", "Pausar";
    resume: "Resume", "Reanudar";
    paused_now: "Paused.", "En pausa.";
    resumed_now: "It is made again from its next time on.", "Se vuelve a crear desde la próxima vez.";
    delete_menu: "Delete…", "Eliminar…";
    delete_title: "Delete this schedule?", "¿Eliminar esta programación?";
    delete_text: "The report is not made again. What was made stays in your reports as long as any other.",
        "El informe no se vuelve a crear. Los ya creados siguen en sus informes como cualquier otro.";
}

const WEEKDAYS: [[&str; 7]; 2] = [
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
];

/// The name of a day from 1 (Monday) to 7 (Sunday).
pub fn weekday(day: u8, language: Language) -> &'static str {
    WEEKDAYS[usize::from(language == Language::Es)][usize::from(day.clamp(1, 7)) - 1]
}

/// When a schedule comes due, as people say it.
pub fn in_words(repeat: Repeat, language: Language) -> String {
    let time = format!("{:02}:{:02}", repeat.hour, repeat.minute);
    match language {
        Language::En => match repeat.days {
            Days::Daily => format!("every day at {time}"),
            Days::Weekdays => format!("Monday to Friday at {time}"),
            Days::Weekly(day) => format!("every {} at {time}", weekday(day, language)),
            Days::Monthly(day) if day > 28 => format!("on day {day} of each month, or its last, at {time}"),
            Days::Monthly(day) => format!("on day {day} of each month at {time}"),
        },
        Language::Es => match repeat.days {
            Days::Daily => format!("cada día a las {time}"),
            Days::Weekdays => format!("de lunes a viernes a las {time}"),
            Days::Weekly(day) => format!("cada {} a las {time}", weekday(day, language)),
            Days::Monthly(day) if day > 28 => format!("el día {day} de cada mes, o el último, a las {time}"),
            Days::Monthly(day) => format!("el día {day} de cada mes a las {time}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_read_as_people_say_them() {
        let at = |days, language| in_words(Repeat { days, hour: 6, minute: 5 }, language);
        assert_eq!(at(Days::Weekly(1), Language::En), "every Monday at 06:05");
        assert_eq!(at(Days::Weekly(7), Language::Es), "cada domingo a las 06:05");
        assert_eq!(at(Days::Monthly(28), Language::En), "on day 28 of each month at 06:05");
        assert_eq!(at(Days::Monthly(31), Language::Es), "el día 31 de cada mes, o el último, a las 06:05");
    }
}
