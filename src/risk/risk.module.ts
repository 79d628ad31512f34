import { Module } from '@nestjs/common';
import { CountryIdProcessor } from './country-id.processor.js';
import { LoginRiskProcessor } from './login-risk.processor.js';

/** How much a login stands out. It brings its processors as any module may: the registry finds them. */
@Module({ providers: [CountryIdProcessor, LoginRiskProcessor] })
export class RiskModule {}
