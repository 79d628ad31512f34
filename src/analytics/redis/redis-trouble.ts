/** What to do about a failed call. */
export interface Trouble {
  /** A sentence for people. It never repeats a password. */
  readonly sentence: string;
  /** No waiting helps at the start: something has to be changed. */
  readonly needsChange: boolean;
}

/** Of an answer, or within what a script's command was answered. `$1` stands for what the pattern has found. */
const BY_WORD: readonly (readonly [pattern: RegExp, sentence: string, needsChange: boolean])[] = [
  [/\bREADONLY\b|^MASTERDOWN\b/, 'it is a replica now and takes no writes', false],
  [/^LOADING\b/, 'it is reading its data from disk', false],
  [/\bOOM\b/, 'its memory is full (maxmemory)', false],
  [/\bMISCONF\b/, 'it cannot write to its disk and refuses to go on', false],
  [/^BUSY\b/, 'a script keeps it busy', false],
  [/Script killed by user/, 'somebody has killed a script of the service (SCRIPT KILL)', false],
  [/^(CLUSTERDOWN|TRYAGAIN)\b/, 'a part of its cluster is down', false],
  [/\bNOREPLICAS\b/, 'it has too few replicas', false],
  [/^(NOAUTH|WRONGPASS)\b|invalid password/, 'it does not accept user and password', true],
  [
    /\bNOPERM\b|can't run this command|can't access at least one of the keys|No permissions/,
    'the user may not run scripts, or not all commands on the keys of the group',
    true,
  ],
  [
    /^(?:MOVED|ASK) \d+ (\S+)/,
    'the keys of the group are on another node of its cluster ($1): name that node, or a proxy, in REDIS_URL',
    true,
  ],
  [/^CROSSSLOT\b/, 'its cluster does not keep keys with one hash tag together', true],
  [
    /^ERR unknown command/,
    'it does not know a command that is needed: it is a Sentinel, or commands are switched off',
    true,
  ],
  [/DB index is out of range|SELECT is not allowed/, 'it has no database of that number', true],
];

const BY_CODE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'its name cannot be looked up now',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'there is no way to its host',
  ENETUNREACH: 'there is no way to its network',
};

const TLS = /^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH)/;

/** Says what is wrong, in words that lead further than those of the client. */
export function troubleOf(error: unknown): Trouble {
  const { message = String(error), code = '' } = error as { message?: string; code?: string };
  for (const [pattern, sentence, needsChange] of BY_WORD) {
    const found = pattern.exec(message);
    if (found === null) continue;
    return { sentence: `Redis answers, but ${sentence.replace('$1', found[1])}`, needsChange };
  }
  if (TLS.test(code)) return { sentence: `TLS to Redis does not come about: ${code}`, needsChange: true };
  if (BY_CODE[code] !== undefined) return { sentence: `Redis is away: ${BY_CODE[code]}`, needsChange: false };
  if (/timed out|ETIMEDOUT/i.test(message))
    return { sentence: 'Redis is away: it does not answer', needsChange: false };
  if (isClosedConnection(error))
    return { sentence: 'Redis is away: the connection is closed', needsChange: false };
  return { sentence: `Redis refuses a call: ${firstWords(message)}`, needsChange: false };
}

/** A script that Redis cannot run is a mistake of ours: calling it again would not help. */
export const isScriptFault = (error: unknown): boolean => {
  const { message = '' } = error as { message?: string };
  return message.includes('user_script') && !BY_WORD.some(([pattern]) => pattern.test(message));
};

/** Says no more than that there is no connection. */
export const isClosedConnection = (error: unknown): boolean =>
  /Connection is closed|Stream isn't writeable|max retries per request|aborted due to connection close/i.test(
    (error as Error).message,
  );

const firstWords = (message: string): string => message.split('\n')[0].slice(0, 120);
