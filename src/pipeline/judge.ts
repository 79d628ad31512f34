import { Injectable } from '@nestjs/common';
import { FilterStage } from '../filtering/filter.stage.js';
import { asItArrived } from '../ingest/arrival.js';
import { Decoder } from '../ingest/decoder.js';
import { SizeGuard } from '../publishing/size-guard.js';
import { Validator } from '../validation/validator.js';
import type { Login } from './login.js';
import { Filtered, Rejected } from './outcome.js';
import type { Outcome } from './outcome.js';
import type { RawRecord } from './raw-record.js';

/** The stages that look at each record by itself: decode, validate, size, filter. */
@Injectable()
export class Judge {
  constructor(
    private readonly decoder: Decoder,
    private readonly validator: Validator,
    private readonly sizeGuard: SizeGuard,
    private readonly filter: FilterStage,
  ) {}

  /** One outcome per record, in order; the logins among them still lack their enrichment. */
  judge(records: readonly RawRecord[]): Outcome[] {
    const limit = this.sizeGuard.limit();
    return records.map((raw) => this.judgeOne(asItArrived(raw), limit, false));
  }

  /** The same for records whose outcomes are written: the errors among them come without their reasons. */
  sort(records: readonly RawRecord[]): Outcome[] {
    const limit = this.sizeGuard.limit();
    return records.map((raw) => this.judgeOne(asItArrived(raw), limit, true));
  }

  private judgeOne(raw: RawRecord, limit: number, brief: boolean): Outcome {
    const content = this.decoder.decode(raw);
    if (content instanceof Rejected) return content;
    const login = brief ? this.validator.sort(raw, content) : this.validator.validate(raw, content);
    if (login instanceof Rejected) return login;
    const tooLarge = this.sizeGuard.check(login, limit);
    if (tooLarge !== null) return tooLarge;
    const reason = this.filter.reason(login);
    return reason === null ? login : new Filtered(login, reason);
  }
}

/** Those that are processed unless state finds them to be duplicates. */
export const loginsOf = (outcomes: readonly Outcome[]): Login[] => outcomes.filter(isLogin);

export const filteredOf = (outcomes: readonly Outcome[]): Login[] =>
  outcomes.filter((outcome) => outcome instanceof Filtered).map(({ login }) => login);

const isLogin = (outcome: Outcome): outcome is Login =>
  !(outcome instanceof Rejected) && !(outcome instanceof Filtered);
