import { text } from './rule.js';
import { Setting } from './setting.decorator.js';

/** It travels in a header, so it is one visible word; shorter ones can be guessed. */
const isToken = (token: string) => /^[\x21-\x7e]{16,512}$/.test(token);

/** Who may change something over HTTP. */
export class AdminSettings {
  static readonly title = 'Administration';

  @Setting(
    'ADMIN_TOKEN',
    text('16 to 512 visible ASCII characters without spaces', isToken),
    'Whoever sends it as `Authorization: Bearer …` may make the calls that change something; unset, nobody may: see [http.md](http.md).',
    { secret: true },
  )
  readonly token: string | undefined = undefined;
}
