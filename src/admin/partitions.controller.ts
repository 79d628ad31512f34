import {
  Controller,
  Get,
  Header,
  HttpCode,
  NotFoundException,
  Param,
  ParseIntPipe,
  Post,
} from '@nestjs/common';
import { TopicSettings } from '../config/topic.settings.js';
import { ConsumerHealth } from '../kafka/consumer-health.js';
import { ErrorLimit } from '../pipeline/error-limit.js';
import { AdminCall } from './admin-call.decorator.js';
import { pauseState } from './partition-state.js';
import type { PartitionsState, Resumed } from './partition-state.js';

/** The input partitions of this instance. */
@Controller('api/partitions')
export class PartitionsController {
  constructor(
    private readonly consumer: ConsumerHealth,
    private readonly limit: ErrorLimit,
    private readonly topics: TopicSettings,
  ) {}

  /** How far each is, and which are paused and why. */
  @Get()
  @Header('Cache-Control', 'no-store')
  list(): PartitionsState {
    const partitions = [...this.consumer.partitions]
      .sort(([a], [b]) => a - b)
      .map(([partition, { position, highWatermark }]) => {
        const pause = this.limit.pauseOf(partition);
        return {
          partition,
          position,
          lag: position === null ? null : Math.max(0, highWatermark - position),
          paused: pause && pauseState(pause),
        };
      });
    return { topic: this.topics.input, partitions };
  }

  /** Resumes all that are paused. */
  @Post('resume')
  @HttpCode(200)
  @AdminCall()
  resumeAll(): Resumed {
    return this.resumed(this.limit.paused.map(({ partition }) => partition));
  }

  /** Resumes one, if it is paused. */
  @Post(':partition/resume')
  @HttpCode(200)
  @AdminCall()
  resume(@Param('partition', ParseIntPipe) partition: number): Resumed {
    const owned = [...this.consumer.partitions.keys()].sort((a, b) => a - b);
    if (!owned.includes(partition))
      throw new NotFoundException(
        `Partition ${partition} of ${this.topics.input} is not one of this instance: it has ${owned.join(', ') || 'none'}.`,
      );
    return this.resumed([partition]);
  }

  private resumed(partitions: readonly number[]): Resumed {
    return {
      resumed: partitions.flatMap((partition) => {
        const pause = this.limit.resume(partition);
        return pause === null ? [] : { topic: pause.topic, partition, from: pause.offsets.first };
      }),
    };
  }
}
