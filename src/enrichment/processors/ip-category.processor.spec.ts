import { describe, expect, it } from '@jest/globals';
import { added } from '../testing.js';
import { IpCategoryProcessor } from './ip-category.processor.js';

describe(IpCategoryProcessor.name, () => {
  const processor = new IpCategoryProcessor();

  it.each([
    ['199.172.111.135', 'public'],
    ['8.8.8.8', 'public'],
    ['10.0.0.1', 'private'],
    ['172.15.255.255', 'public'],
    ['172.16.0.0', 'private'],
    ['172.31.255.255', 'private'],
    ['172.32.0.0', 'public'],
    ['192.168.1.1', 'private'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['169.254.169.254', 'link_local'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.255', 'multicast'],
    ['100.64.0.0', 'shared'],
    ['100.127.255.255', 'shared'],
    ['100.128.0.0', 'public'],
    ['203.0.113.7', 'documentation'],
    ['0.0.0.0', 'unspecified'],
    ['0.0.0.1', 'reserved'],
    ['255.255.255.255', 'broadcast'],
    ['255.255.255.254', 'reserved'],
    ['240.0.0.0', 'reserved'],
    ['198.19.255.255', 'reserved'],
    ['192.0.0.8', 'reserved'],
    ['192.0.0.9', 'public'],
    ['2a00:1450:4001:830::200e', 'public'],
    ['::', 'unspecified'],
    ['0:0:0:0:0:0:0:0', 'unspecified'],
    ['::1', 'loopback'],
    ['fe80::1', 'link_local'],
    ['FEBF::1', 'link_local'],
    ['fec0::1', 'reserved'],
    ['fd12:3456:789a::1', 'private'],
    ['ff02::1', 'multicast'],
    ['2001:db8::8a2e:370:7334', 'documentation'],
    ['3fff:fff::1', 'documentation'],
    ['2001::1', 'reserved'],
    ['2002:c000:204::1', 'reserved'],
    ['100::1', 'reserved'],
    ['64:ff9b::8.8.8.8', 'public'],
    ['64:ff9b:1::1', 'reserved'],
    ['::8.8.8.8', 'reserved'],
    ['::ffff:8.8.8.8', 'public'],
    ['::ffff:10.0.0.1', 'private'],
    ['::FFFF:7f00:1', 'loopback'],
    ['0:0:0:0:0:ffff:169.254.1.1', 'link_local'],
    ['::ffff:255.255.255.255', 'broadcast'],
    ['::ffff:0:0', 'unspecified'],
  ])('calls %s %s', (ip, ip_category) => {
    expect(added(processor, { ip })).toEqual({ ip_category });
  });
});
