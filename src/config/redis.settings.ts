import { Check } from './check.decorator.js';
import { isReadableFile } from './files.js';
import { integer, text } from './rule.js';
import { Setting } from './setting.decorator.js';

/** `redis://` or `rediss://` with a host, and nothing behind it but the number of a database. */
function isRedisUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, pathname, search, hash } = new URL(value);
  const known = protocol === 'redis:' || protocol === 'rediss:';
  return known && hostname !== '' && /^\/?\d{0,4}$/.test(pathname) && search === '' && hash === '';
}

const hasPassword = (url: string | undefined): boolean =>
  url !== undefined && isRedisUrl(url) && new URL(url).password !== '';

/** How to reach the Redis that instances share their state in. */
export class RedisSettings {
  static readonly title = 'Redis';

  @Setting(
    'REDIS_URL',
    text(
      'redis://host:port or rediss://host:port, with user and password before the host and a database number behind it if need be',
      isRedisUrl,
    ),
    'Where Redis (6.2 or newer) is, for `STATE_STORE=redis`; `rediss` is TLS.',
    { secret: true },
  )
  readonly url: string | undefined = undefined;

  @Setting('REDIS_PASSWORD', text('a password'), 'Password, where `REDIS_URL` has none.', { secret: true })
  @Check<RedisSettings>(({ url, password }) => {
    if (password === undefined) return undefined;
    if (url === undefined) return 'needs REDIS_URL';
    return hasPassword(url) ? 'must not be set beside a password in REDIS_URL' : undefined;
  })
  readonly password: string | undefined = undefined;

  @Setting(
    'REDIS_TLS_CA_FILE',
    text('the path of a readable file', isReadableFile),
    'PEM file of the authority that signed the certificate of Redis.',
    { defaultNote: 'the authorities that Node.js trusts' },
  )
  @Check<RedisSettings>(({ url, tlsCaFile }) =>
    tlsCaFile !== undefined && !url?.startsWith('rediss:')
      ? 'needs a REDIS_URL that starts with rediss:'
      : undefined,
  )
  readonly tlsCaFile: string | undefined = undefined;

  /** Milliseconds. */
  @Setting(
    'REDIS_TIMEOUT_MS',
    integer(100, 600_000),
    'How long a connection or an answer of Redis may take, in ms; then the connection is made anew and the call repeated.',
  )
  readonly timeoutMs: number = 5_000;
}
