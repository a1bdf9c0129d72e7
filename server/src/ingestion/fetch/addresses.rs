//! Which network addresses no fetch may reach, whatever name or redirect leads there (A16).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Not of the public internet: this machine, private and shared networks, links, groups, examples, and what carries one of them inside.
pub fn is_blocked(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_blocked_v4(address),
        IpAddr::V6(address) => is_blocked_v6(address),
    }
}

/// Where clouds hand out credentials: never reached, not even when allowed.
pub fn is_metadata(address: IpAddr) -> bool {
    const METADATA: Ipv4Addr = Ipv4Addr::new(169, 254, 169, 254);
    match address {
        IpAddr::V4(address) => address == METADATA,
        IpAddr::V6(address) => address.segments() == [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254] || inside(address) == Some(METADATA),
    }
}

fn is_blocked_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        || a == 0
        // Shared by providers (RFC 6598), protocol assignments, relays of 6to4, benchmarks, reserved.
        || (a == 100 && (b & 0xc0) == 64)
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b & 0xfe) == 18)
        || a >= 240
}

fn is_blocked_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    // Everything public is in 2000::/3; what carries an IPv4 address inside is judged by nobody's care but its own: refused.
    segments[0] & 0xe000 != 0x2000
        || inside(address).is_some()
        // Teredo, benchmarks, ORCHID, documentation.
        || (segments[0] == 0x2001 && segments[1] < 0x0200)
        || (segments[0] == 0x2001 && segments[1] == 0x0db8)
        || (segments[0] == 0x3fff && segments[1] < 0x1000)
}

/// The IPv4 address that one of IPv6 carries: mapped, compatible, translated (NAT64, also of a local network) or 6to4.
fn inside(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let of = |high: u16, low: u16| Some(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] | [0, 0, 0, 0, 0xffff, 0, high, low] => of(high, low),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x64, 0xff9b, 1, _, _, _, high, low] => of(high, low),
        [0x2002, high, low, ..] => of(high, low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a16_nothing_but_the_public_internet_is_open() {
        for blocked in [
            "127.0.0.1",
            "127.255.255.254",
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::127.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b::808:808",
            "64:ff9b:1::a00:1",
            "2002:7f00:1::",
            "2002:808:808::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "2001:2::1",
            "2001:10::1",
            "3fff::1",
            "100::1",
            "4000::1",
        ] {
            assert!(is_blocked(blocked.parse().unwrap()), "{blocked}");
        }
        for open in ["8.8.8.8", "93.184.216.34", "100.63.255.255", "100.128.0.1", "172.32.0.1", "192.0.1.1", "198.20.0.1", "2606:2800:220:1::1", "2a00:1450::1"]
        {
            assert!(!is_blocked(open.parse().unwrap()), "{open}");
        }
    }

    #[test]
    fn a16_cloud_credentials_are_known_in_every_writing() {
        for metadata in ["169.254.169.254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "fd00:ec2::254", "::169.254.169.254"] {
            assert!(is_metadata(metadata.parse().unwrap()), "{metadata}");
        }
        assert!(!is_metadata("169.254.169.253".parse().unwrap()));
    }
}
