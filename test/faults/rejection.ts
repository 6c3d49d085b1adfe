import type { SfError } from '@salesforce/core';

/** The error a command ends in; an error where it does not. */
export async function rejection(command: Promise<unknown>): Promise<SfError> {
  try {
    await command;
  } catch (error) {
    return error as SfError;
  }
  throw new Error('it was not refused');
}
