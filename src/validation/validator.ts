import { Inject, Injectable } from '@nestjs/common';
import { InputSettings } from '../config/input.settings.js';
import { Login } from '../pipeline/login.js';
import { Rejected } from '../pipeline/outcome.js';
import type { ErrorType, Violation } from '../pipeline/outcome.js';
import type { RawRecord } from '../pipeline/raw-record.js';
import { isInput } from '../profiles/profile.js';
import type { Profile } from '../profiles/profile.js';
import { PROFILE } from '../profiles/profiles.js';
import { compileLoginCheck } from './compiled-check.js';
import { eventTimeOf, futureViolation, isInFuture } from './event-time.js';
import { LOGIN_FIELDS } from './login.dto.js';
import type { LoginDto } from './login.dto.js';
import { hasUnknownFields, unknownFieldsOf, unknownFieldViolations } from './unknown-fields.js';
import { violationsOf } from './violations.js';

/** Turns a decoded message into a login, or says every reason why it is none. */
@Injectable()
export class Validator {
  private readonly isLogin = compileLoginCheck();

  private readonly passesInputOn: boolean;

  constructor(
    private readonly settings: InputSettings,
    @Inject(PROFILE) { processed, filteredContent }: Pick<Profile, 'processed' | 'filteredContent'>,
  ) {
    this.passesInputOn = [...processed, ...filteredContent].some(isInput);
  }

  /**
   * Never throws for bad data.
   *
   * @param raw the record, for its arrival
   * @param content what the decoder made of its value
   * @returns the login, or a `Rejected` of type `missing_fields`, `invalid_fields`, `unknown_fields` (the first that
   * applies; all violations are listed) or, if everything else is right, `future_timestamp`
   */
  validate(raw: RawRecord, content: Record<string, unknown>): Login | Rejected {
    return this.judge(raw, content, false);
  }

  /** The same without the reasons: a rejected one has its type, and no violations. For what was said already. */
  sort(raw: RawRecord, content: Record<string, unknown>): Login | Rejected {
    return this.judge(raw, content, true);
  }

  private judge(raw: RawRecord, content: Record<string, unknown>, brief: boolean): Login | Rejected {
    if (!this.isLogin(content)) {
      if (brief) return new Rejected(raw, briefTypeOf(content), [], content);
      const violations = violationsOf(content);
      // The DTO has the last word, should the two ever differ.
      if (violations.length > 0) return this.rejectFields(raw, content, violations);
    }
    const { maxFutureSeconds, unknownFields } = this.settings;
    const hasUnknown = unknownFields !== 'drop' && hasUnknownFields(content);
    if (hasUnknown && unknownFields === 'reject') return this.rejectFields(raw, content, []);

    const login = content as unknown as LoginDto;
    const eventTime = eventTimeOf(login.timestamp);
    if (isInFuture(eventTime, raw, maxFutureSeconds)) {
      return new Rejected(raw, 'future_timestamp', [futureViolation(maxFutureSeconds)], content);
    }
    return new Login(
      raw,
      login.user_id,
      login.app_version,
      login.device_type,
      login.ip,
      login.locale,
      login.device_id,
      login.timestamp,
      eventTime,
      hasUnknown ? unknownFieldsOf(content) : null,
      this.passesInputOn ? content : null,
    );
  }

  /** Rejects for violations of the DTO, for unknown fields where these are rejected, or for both. */
  private rejectFields(
    raw: RawRecord,
    content: Record<string, unknown>,
    broken: readonly Violation[],
  ): Rejected {
    const unknown = this.settings.unknownFields === 'reject' ? unknownFieldViolations(content) : [];
    return new Rejected(raw, typeOf(broken), [...broken, ...unknown], content);
  }
}

/** The type that the violations of the DTO come to, for a content that is no login. */
const briefTypeOf = (content: Readonly<Record<string, unknown>>): ErrorType =>
  LOGIN_FIELDS.every((field) => Object.hasOwn(content, field) && content[field] != null)
    ? 'invalid_fields'
    : 'missing_fields';

function typeOf(broken: readonly Violation[]): ErrorType {
  if (broken.length === 0) return 'unknown_fields';
  return broken.some(({ rule }) => rule === 'missing') ? 'missing_fields' : 'invalid_fields';
}
