//! Which network addresses nothing that somebody sets up may lead to: those of this machine and of the network's own devices (A16).

use std::net::{IpAddr, Ipv4Addr};

/// Whether an address is this machine, a link's own (where clouds keep credentials), or nobody's.
pub fn is_inner(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            address.is_loopback()
                || address.is_link_local()
                || address.is_unspecified()
                || address.is_broadcast()
                || address.is_multicast()
                || address.octets()[0] == 0
        }
        IpAddr::V6(address) => {
            let segments = address.segments();
            // NAT64 and 6to4 carry an IPv4 address inside.
            let inside = match segments {
                [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => Some(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low))),
                _ => address.to_ipv4_mapped(),
            };
            let cloud = segments == [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254];
            inside.is_some_and(|address| is_inner(IpAddr::V4(address)))
                || address.is_loopback()
                || address.is_unspecified()
                || address.is_multicast()
                || (segments[0] & 0xffc0) == 0xfe80
                || cloud
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a16_addresses_of_this_machine_and_of_cloud_credentials_are_inner() {
        for inner in
            ["127.0.0.1", "0.0.0.0", "169.254.169.254", "::1", "::", "fe80::1", "::ffff:127.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "fd00:ec2::254"]
        {
            assert!(is_inner(inner.parse().unwrap()), "{inner}");
        }
        for outer in ["93.184.216.34", "10.1.2.3", "2606:2800:220:1::1"] {
            assert!(!is_inner(outer.parse().unwrap()), "{outer}");
        }
    }
}
