import { Catch, Controller, UseFilters } from '@nestjs/common';
import type { RpcExceptionFilter } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { throwError } from 'rxjs';
import type { Observable } from 'rxjs';
import { KafkaBatchContext } from '../kafka/kafka-batch-context.js';
import { BatchPipeline } from '../pipeline/batch-pipeline.js';
import type { RawBatch } from '../pipeline/raw-record.js';

/** Nest would turn an error into a message for a caller. There is none: kafkajs has to see the error as it is. */
@Catch()
class PassErrorsOn implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

@Controller()
@UseFilters(PassErrorsOn)
export class IngestController {
  constructor(private readonly pipeline: BatchPipeline) {}

  /** Called once per batch of a partition. */
  @EventPattern<string>('user-login')
  async handle(@Payload() batch: RawBatch, @Ctx() context: KafkaBatchContext): Promise<void> {
    await this.pipeline.run(batch, context);
  }
}
