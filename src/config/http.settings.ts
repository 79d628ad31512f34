import { isIP } from 'node:net';
import { integer, text } from './rule.js';
import { Setting } from './setting.decorator.js';

/** Digits and dots only would be an IPv4 address that is mistyped. */
const isHostName = (host: string) => /^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/.test(host) && !/^[\d.]+$/.test(host);

const isHost = (host: string) => isIP(host) !== 0 || isHostName(host);

/** Where health and metrics are served. */
export class HttpSettings {
  static readonly title = 'HTTP';

  @Setting(
    'HTTP_HOST',
    text('a host name or an IP address', isHost),
    'Address to listen on; `0.0.0.0` for all of them, as a container needs.',
  )
  readonly host: string = '127.0.0.1';

  @Setting('HTTP_PORT', integer(0, 65_535), 'Port to listen on; 0 = any free one.')
  readonly port: number = 3_000;
}
