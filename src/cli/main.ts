#!/usr/bin/env node
import 'reflect-metadata';
import { Command } from 'commander';
import { EX_CONFIG, InvalidSettingsError } from '../config/invalid-settings.error.js';
import { demoCommand } from './demo/demo.command.js';

const program = new Command('login-stream')
  .description('Validated, enriched, privacy-safe login records on Kafka, exactly once.')
  .showHelpAfterError()
  .addCommand(demoCommand());

try {
  await program.parseAsync();
} catch (error) {
  console.error((error as Error).message);
  process.exit(error instanceof InvalidSettingsError ? EX_CONFIG : 1);
}
