import { Module } from '@nestjs/common';
import { FilterStage } from './filter.stage.js';

@Module({ providers: [FilterStage], exports: [FilterStage] })
export class FilteringModule {}
