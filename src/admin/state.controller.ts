import {
  BadRequestException,
  Body,
  ConflictException,
  Controller,
  HttpCode,
  Post,
  ServiceUnavailableException,
} from '@nestjs/common';
import { ErasureImpossible } from '../recovery/erasure.js';
import type { Erasure } from '../recovery/erasure.js';
import { StateKeeper } from '../recovery/state-keeper.js';
import { AdminCall } from './admin-call.decorator.js';

/** Code points; no login has a longer one. */
const LONGEST_USER_ID = 128;

/** What the service remembers. */
@Controller('api/state')
export class StateController {
  constructor(private readonly keeper: StateKeeper) {}

  /** Erases a user. The id is in the body, as paths are logged. */
  @Post('forget')
  @HttpCode(200)
  @AdminCall()
  async forget(@Body() body: unknown): Promise<Erasure> {
    const userId = userIdOf(body);
    try {
      return await this.keeper.forget(userId);
    } catch (error) {
      if (!(error instanceof ErasureImpossible)) throw error;
      throw error.isTemporary
        ? new ServiceUnavailableException(error.message)
        : new ConflictException(error.message);
    }
  }
}

/** @throws BadRequestException */
function userIdOf(body: unknown): string {
  const userId: unknown =
    typeof body === 'object' && body !== null ? (body as { user_id?: unknown }).user_id : undefined;
  if (typeof userId === 'string' && userId.trim() !== '' && [...userId].length <= LONGEST_USER_ID)
    return userId;
  throw new BadRequestException(
    `The body must be {"user_id": "…"}, as JSON, with a user id of up to ${LONGEST_USER_ID} characters that is not blank.`,
  );
}
