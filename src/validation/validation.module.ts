import { Module } from '@nestjs/common';
import { Validator } from './validator.js';

/** The stage that checks decoded messages. The settings come from the global module of settings. */
@Module({ providers: [Validator], exports: [Validator] })
export class ValidationModule {}
