export type IpCategory =
  | 'public'
  | 'private'
  | 'loopback'
  | 'link_local'
  | 'multicast'
  | 'shared'
  | 'documentation'
  | 'unspecified'
  | 'broadcast'
  | 'reserved';

type Blocks = readonly (readonly [block: string, category: IpCategory])[];

/*
 * From the IANA special-purpose address registries and the IPv4 and IPv6 address space registries. The longest
 * prefix counts. A block without a word of its own is `public` if the registry calls it globally reachable and
 * `reserved` otherwise; "N/A" (6to4, Teredo, the first ORCHID) is not "globally reachable".
 */

/** https://www.iana.org/assignments/iana-ipv4-special-registry. Everything else is `public`. */
export const IPV4_BLOCKS: Blocks = [
  ['0.0.0.0/8', 'reserved'], // "this network"
  ['0.0.0.0/32', 'unspecified'],
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'shared'], // carrier-grade NAT
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link_local'],
  ['172.16.0.0/12', 'private'],
  ['192.0.0.0/24', 'reserved'], // IETF protocol assignments
  ['192.0.0.9/32', 'public'], // port control protocol anycast
  ['192.0.0.10/32', 'public'], // TURN anycast
  ['192.0.2.0/24', 'documentation'],
  ['192.88.99.0/24', 'reserved'], // 6to4 relay anycast, deprecated
  ['192.168.0.0/16', 'private'],
  ['198.18.0.0/15', 'reserved'], // benchmarking
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved'], // future use
  ['255.255.255.255/32', 'broadcast'],
];

/** https://www.iana.org/assignments/iana-ipv6-special-registry. Only `2000::/3` is given out as global unicast. */
export const IPV6_BLOCKS: Blocks = [
  ['::/0', 'reserved'],
  ['::/128', 'unspecified'],
  ['::1/128', 'loopback'],
  ['64:ff9b::/96', 'public'], // NAT64: reaches a public IPv4 address
  ['2000::/3', 'public'],
  ['2001::/23', 'reserved'], // IETF protocol assignments, Teredo, benchmarking, the first ORCHID
  ['2001:1::1/128', 'public'], // port control protocol anycast
  ['2001:1::2/128', 'public'], // TURN anycast
  ['2001:1::3/128', 'public'], // DNS-SD service registration anycast
  ['2001:3::/32', 'public'], // automatic multicast tunnelling
  ['2001:4:112::/48', 'public'], // AS112
  ['2001:20::/28', 'public'], // ORCHIDv2
  ['2001:30::/28', 'public'], // drone remote identification
  ['2001:db8::/32', 'documentation'],
  ['2002::/16', 'reserved'], // 6to4
  ['3fff::/20', 'documentation'],
  ['fc00::/7', 'private'],
  ['fe80::/10', 'link_local'],
  ['ff00::/8', 'multicast'],
];
