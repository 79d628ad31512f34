import { integer } from './rule.js';
import { Setting } from './setting.decorator.js';

/** When so much of a partition is in error that it is better not to go on. */
export class ErrorLimitSettings {
  static readonly title = 'Error limit';

  /** Percent; 0 = off. */
  @Setting(
    'ERROR_LIMIT_PERCENT',
    integer(0, 100),
    'A partition is paused, before anything of the batch is applied or written, when this share of its latest `ERROR_LIMIT_WINDOW` records is in error: see [error-limit.md](operations/error-limit.md); 0 = off.',
  )
  readonly percent: number = 0;

  /** Records. */
  @Setting(
    'ERROR_LIMIT_WINDOW',
    integer(10, 100_000),
    'How many of the latest records of each partition the share is taken of. Before there are a fifth as many, those that lack count as good.',
  )
  readonly window: number = 1_000;

  /** Records; 0 = off. */
  @Setting(
    'ERROR_LIMIT_CONSECUTIVE',
    integer(0, 1_000_000),
    'A partition is also paused when this many of its records in a row are in error; 0 = off.',
  )
  readonly consecutive: number = 0;
}
