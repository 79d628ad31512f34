import { InvalidArgumentError } from 'commander';
import type { HttpSettings } from '../../config/http.settings.js';
import type { Settings } from '../../config/settings.js';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-codes.js';
import { printable } from './terminal.js';

const DEADLINE_MS = 15_000;
const MOST_CHARACTERS = 500;

/** Calls of an administrator to a running service. */
export class AdminClient {
  private constructor(
    private readonly url: URL,
    private readonly token: string,
  ) {}

  /**
   * For the service at an address, by default the one on this machine, with the token of the settings.
   *
   * @throws CliError when there is no token
   */
  static of({ admin, http }: Settings, url?: URL): AdminClient {
    if (admin.token === undefined)
      throw new CliError(
        'No token: set ADMIN_TOKEN, or ADMIN_TOKEN_FILE, to that of the service.',
        EXIT.settings,
      );
    return new AdminClient(url ?? localUrl(http), admin.token);
  }

  /**
   * @param path below the address of the service
   * @param body is sent as JSON
   * @returns the answer
   * @throws CliError with a sentence: nobody there, refused, or not the service
   */
  async post<T>(path: string, body?: object): Promise<T> {
    const base = this.url.href.replace(/\/*$/, '/');
    const response = await this.ask(new URL(path, base), body);
    const text = await response.text().catch(() => '');
    const answer = parsed(text) as (T & { readonly message?: unknown }) | null;
    if (response.ok && answer !== null) return answer;
    const message = typeof answer?.message === 'string' ? answer.message : response.statusText;
    const said = printable(message.slice(0, MOST_CHARACTERS));
    const hint = answer === null ? ' Is it the address of login-stream?' : '';
    throw new CliError(`The service at ${this.url.origin} answered ${response.status}: ${said}${hint}`);
  }

  /** An answer that points elsewhere is an error: the token is for this address. */
  private async ask(url: URL, body: object | undefined): Promise<Response> {
    try {
      return await fetch(url, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${this.token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
    } catch (error) {
      const { message, cause } = error as Error;
      const reason =
        (cause as NodeJS.ErrnoException | undefined)?.code ??
        (cause as Error | undefined)?.message ??
        message;
      throw new CliError(
        `No service answers at ${this.url.origin} (${reason}). Does it run there? --url names another address.`,
      );
    }
  }
}

/** Null for what is no JSON object. */
function parsed(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** The option `--url`. */
export function httpUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '')
    return url;
  throw new InvalidArgumentError('It must be an address like http://127.0.0.1:3000, without a password.');
}

/** Listening on all addresses includes this one. */
function localUrl({ host, port }: HttpSettings): URL {
  const address = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return new URL(`http://${address.includes(':') ? `[${address}]` : address}:${port}`);
}
