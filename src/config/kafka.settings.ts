import { Check } from './check.decorator.js';
import { isReadableFile } from './files.js';
import { flag, integer, listOr, oneOf, text } from './rule.js';
import { Setting } from './setting.decorator.js';

export const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
export type SaslMechanism = (typeof SASL_MECHANISMS)[number];

/** No IPv6 literals: kafkajs splits a broker's address at its first colon. */
function isHostAndPort(address: string): boolean {
  const port = /^[A-Za-z0-9._-]+:([1-9]\d{0,4})$/.exec(address)?.[1];
  return port !== undefined && Number(port) <= 65_535;
}

/** The group travels in metric labels and transactional ids, so it has to be one visible line. */
const isGroupId = (id: string) => id.length <= 249 && id.trim() !== '' && !/\p{Cc}/u.test(id);

const readableFile = () => text('the path of a readable file', isReadableFile);

/** What would be ignored silently is refused: a CA file without TLS means that TLS was wanted. */
const needsTls = ({ ssl }: KafkaSettings, value: string | undefined) =>
  value !== undefined && ssl === false ? 'needs KAFKA_SSL=true' : undefined;

const needsMechanism = ({ saslMechanism }: KafkaSettings, value: string | undefined) =>
  value !== undefined && saslMechanism === undefined ? 'needs KAFKA_SASL_MECHANISM' : undefined;

/** How to reach Kafka, and as which consumer group. */
export class KafkaSettings {
  static readonly title = 'Kafka connection';

  /** `host:port` each, at least one; or the broker that the service runs itself. */
  @Setting(
    'KAFKA_BROKERS',
    listOr('embedded', 'host:port pairs (host names or IPv4 addresses)', isHostAndPort),
    'Where Kafka is; `embedded` runs a broker inside the service.',
    { requiredInProduction: true, defaultNote: 'with `NODE_ENV=production` it must be set' },
  )
  @Check<KafkaSettings>(({ brokers, ssl, saslMechanism }) =>
    brokers === 'embedded' && (ssl === true || saslMechanism !== undefined)
      ? 'must name the brokers when KAFKA_SSL or KAFKA_SASL_MECHANISM is on: the embedded one has neither'
      : undefined,
  )
  readonly brokers: string[] | 'embedded' = 'embedded';

  @Setting(
    'KAFKA_GROUP_ID',
    text('1 to 249 characters, not all white space, no control characters', isGroupId),
    'Consumer group, used exactly as given.',
  )
  readonly groupId: string = 'login-stream';

  @Setting('KAFKA_SSL', flag(), 'TLS to the brokers.')
  readonly ssl: boolean = false;

  @Setting(
    'KAFKA_SSL_CA_FILE',
    readableFile(),
    'PEM file of the authority that signed the brokers’ certificates.',
    { defaultNote: 'the authorities that Node.js trusts' },
  )
  @Check<KafkaSettings>((settings) => needsTls(settings, settings.sslCaFile))
  readonly sslCaFile: string | undefined = undefined;

  @Setting('KAFKA_SSL_CERT_FILE', readableFile(), 'PEM file of the client certificate, for mutual TLS.')
  @Check<KafkaSettings>((settings) =>
    settings.sslKeyFile !== undefined && settings.sslCertFile === undefined
      ? 'must be set with KAFKA_SSL_KEY_FILE'
      : needsTls(settings, settings.sslCertFile),
  )
  readonly sslCertFile: string | undefined = undefined;

  @Setting('KAFKA_SSL_KEY_FILE', readableFile(), 'PEM file of the client certificate’s key.')
  @Check<KafkaSettings>((settings) =>
    settings.sslCertFile !== undefined && settings.sslKeyFile === undefined
      ? 'must be set with KAFKA_SSL_CERT_FILE'
      : needsTls(settings, settings.sslKeyFile),
  )
  readonly sslKeyFile: string | undefined = undefined;

  @Setting('KAFKA_SASL_MECHANISM', oneOf(SASL_MECHANISMS), 'Log in to the brokers with this SASL mechanism.')
  readonly saslMechanism: SaslMechanism | undefined = undefined;

  @Setting('KAFKA_SASL_USERNAME', text('a user name'), 'SASL user.')
  @Check<KafkaSettings>((settings) =>
    settings.saslMechanism !== undefined && settings.saslUsername === undefined
      ? 'must be set with KAFKA_SASL_MECHANISM'
      : needsMechanism(settings, settings.saslUsername),
  )
  readonly saslUsername: string | undefined = undefined;

  @Setting('KAFKA_SASL_PASSWORD', text('a password'), 'SASL password.', { secret: true })
  @Check<KafkaSettings>((settings) =>
    settings.saslMechanism !== undefined && settings.saslPassword === undefined
      ? 'or KAFKA_SASL_PASSWORD_FILE must be set with KAFKA_SASL_MECHANISM'
      : needsMechanism(settings, settings.saslPassword),
  )
  readonly saslPassword: string | undefined = undefined;

  /** Milliseconds. */
  @Setting(
    'KAFKA_SESSION_TIMEOUT_MS',
    integer(1_000, 1_800_000),
    'How soon the partitions of a killed instance move to another, in ms. Brokers accept 6000 to 1800000 unless told otherwise.',
  )
  readonly sessionTimeoutMs: number = 15_000;
}
