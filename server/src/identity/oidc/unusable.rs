//! Why a sign-in service cannot be used as it is, in words for who sets it up: nothing that it said itself.

use app::text::Text;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    #[error("the address is neither https nor on this machine")]
    Address,
    #[error("the address leads where the portal may not go")]
    Blocked,
    #[error("it does not answer")]
    Unreachable,
    #[error("its answer is too large")]
    TooLarge,
    #[error("it answers {0} where it should describe itself")]
    Status(u16),
    #[error("its answer cannot be read")]
    Unreadable,
    #[error("it gives itself another issuer address")]
    OtherIssuer,
    #[error("it names no token address")]
    NoTokens,
    #[error("it signs with nothing that is taken here")]
    NoSignature,
}

impl Unusable {
    pub fn words(self) -> Text {
        match self {
            Self::Address => Text::of(
                "Write the whole address with https://, without a name or a password; http:// only for a service on this machine.",
                "Escriba la dirección completa con https://, sin nombre ni contraseña; http:// solo para un servicio en esta máquina.",
            ),
            Self::Blocked => Text::of(
                "This address leads to the portal's own machine or network devices. The operator can open a pair of address and port in ATALAYA_FETCH_ALLOW.",
                "Esta dirección lleva a la propia máquina del portal o a equipos de la red. El operador puede abrir una pareja de dirección y puerto en ATALAYA_FETCH_ALLOW.",
            ),
            Self::Unreachable => Text::of(
                "It does not answer. Check the address, and that this server reaches it and trusts its certificate.",
                "No responde. Compruebe la dirección, que este servidor llega a ella y que confía en su certificado.",
            ),
            Self::TooLarge => {
                Text::of("Its answer is larger than what is read. Is this the right address?", "Su respuesta supera lo que se lee. ¿Es la dirección correcta?")
            }
            Self::Status(status) => Text::of(
                format!("It answers {status} where it should describe itself: check the path of the address."),
                format!("Responde {status} donde debería describirse: compruebe la ruta de la dirección."),
            ),
            Self::Unreadable => Text::of(
                "What it says of itself cannot be read: it is no OpenID provider, or the path of the address is another one.",
                "No se puede leer lo que dice de sí mismo: no es un proveedor de OpenID o la ruta de la dirección es otra.",
            ),
            Self::OtherIssuer => Text::of(
                "It gives itself another issuer address than this one. Compare the two letter by letter, up to a slash at the end.",
                "Se da a sí mismo otra dirección de emisor. Compárelas letra por letra, hasta la barra final.",
            ),
            Self::NoTokens => Text::of(
                "It names no address for tokens, so that nobody can be signed in by it.",
                "No nombra ninguna dirección para los tokens: nadie puede entrar con él.",
            ),
            Self::NoSignature => Text::of(
                "It signs its tokens with nothing that is taken here: switch RS256, PS256, ES256 or EdDSA on there.",
                "Firma sus tokens con algo que aquí no se acepta: active allí RS256, PS256, ES256 o EdDSA.",
            ),
        }
    }
}
