import 'reflect-metadata';
import { HasAtLeast, HasAtMost } from './rules/code-points.js';
import { HasFormat } from './rules/format.js';
import { IsIntegerOrText, IsPositive } from './rules/integer.js';
import { IsIpAddress } from './rules/ip-address.js';
import { IsNotBlank } from './rules/not-blank.js';
import { IsPresent } from './rules/present.js';
import { IsText } from './rules/text.js';
import { IsWellFormed } from './rules/well-formed.js';

const VERSION_NUMBER = '(0|[1-9][0-9]{0,8})';

/**
 * What a login is. This is the only place that says so: the compiled check is made from these decorators, and
 * violations are listed in the order of the fields and, within a field, of its decorators.
 *
 * Every field is required. Nothing is trimmed or converted.
 */
export class LoginDto {
  @IsPresent()
  @IsText()
  @IsWellFormed()
  @IsNotBlank()
  @HasAtMost(128)
  readonly user_id!: string;

  @IsPresent()
  @IsText()
  @IsWellFormed()
  @HasFormat(`^${VERSION_NUMBER}\\.${VERSION_NUMBER}\\.${VERSION_NUMBER}$`, 'three numbers joined by dots')
  readonly app_version!: string;

  @IsPresent()
  @IsText()
  @IsWellFormed()
  @IsNotBlank()
  @HasAtMost(64)
  readonly device_type!: string;

  @IsPresent()
  @IsText()
  @IsWellFormed()
  @IsIpAddress()
  readonly ip!: string;

  @IsPresent()
  @IsText()
  @IsWellFormed()
  @HasAtLeast(2)
  @HasAtMost(35)
  readonly locale!: string;

  @IsPresent()
  @IsText()
  @IsWellFormed()
  @IsNotBlank()
  @HasAtMost(128)
  readonly device_id!: string;

  @IsPresent()
  @IsIntegerOrText()
  @IsPositive()
  @IsWellFormed()
  @HasFormat('^[1-9][0-9]{0,11}$', 'Unix seconds, a positive integer of at most 12 digits if it is a string')
  readonly timestamp!: number | string;
}

/** The fields of a login, in the order in which violations are listed. */
export const LOGIN_FIELDS = [
  'user_id',
  'app_version',
  'device_type',
  'ip',
  'locale',
  'device_id',
  'timestamp',
] as const satisfies readonly (keyof LoginDto)[];
