import { Command } from 'commander';
import type { Resumed } from '../../admin/partition-state.js';
import { AdminClient, httpUrl } from '../support/admin-client.js';
import { withHelp } from '../support/help.js';
import { numberOption } from '../support/number-option.js';
import { grouped } from '../support/quantities.js';
import { commandSettings } from '../support/settings.js';

interface ResumeOptions {
  readonly partition?: readonly number[];
  readonly url?: URL;
}

const partitionNumber = numberOption({ least: 0, whole: true });

export function resumeCommand(): Command {
  const command = new Command('resume')
    .summary('Lets partitions go on that the error limit has paused.')
    .description(
      'Lets partitions go on that the error limit (ERROR_LIMIT_PERCENT, ERROR_LIMIT_CONSECUTIVE) has paused: all of one ' +
        'instance of the service, or those that are named. They go on without a limit until their latest records are ' +
        'within it again. The token is that of ADMIN_TOKEN or ADMIN_TOKEN_FILE, as the service has it.',
    )
    .option(
      '--partition <n>',
      'only this partition; may be repeated',
      (text: string, before: readonly number[] = []) => [...before, partitionNumber(text)],
    )
    .option('--url <url>', 'where the service is (default: HTTP_PORT of this machine)', httpUrl)
    .action(resume);
  return withHelp(command, {
    examples: {
      resume: 'all partitions that the service on this machine has paused',
      'resume --partition 3 --partition 5': 'two of them',
      'resume --url http://login-stream-0.login-stream:3000': 'those of an instance elsewhere',
    },
    exitCodes: {
      0: 'done, or nothing was paused',
      78: 'bad settings, or no token: standard error lists them',
    },
  });
}

async function resume({ partition: partitions = [], url }: ResumeOptions): Promise<void> {
  const client = AdminClient.of(await commandSettings(), url);
  if (partitions.length === 0) {
    const { resumed } = await client.post<Resumed>('api/partitions/resume');
    say(resumed);
    if (resumed.length === 0) console.log('Nothing is paused.');
    return;
  }
  for (const partition of new Set(partitions)) {
    const { resumed } = await client.post<Resumed>(`api/partitions/${partition}/resume`);
    say(resumed);
    if (resumed.length === 0) console.log(`Partition ${partition} is not paused.`);
  }
}

function say(resumed: Resumed['resumed']): void {
  for (const { topic, partition, from } of resumed)
    console.log(`${topic}-${partition} goes on from offset ${grouped(from)}.`);
}
