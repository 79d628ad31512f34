#!/usr/bin/env node
import 'reflect-metadata';
import { InvalidSettingsError } from '../config/invalid-settings.error.js';
import { createProgram } from './program.js';
import { CliError } from './support/cli-error.js';
import { EXIT } from './support/exit-codes.js';
import { endQuietlyOnClosedPipe } from './support/pipes.js';

endQuietlyOnClosedPipe();
try {
  await createProgram().parseAsync();
} catch (error) {
  console.error((error as Error).message);
  if (error instanceof InvalidSettingsError) process.exit(EXIT.settings);
  process.exit(error instanceof CliError ? error.exitCode : EXIT.failure);
}
