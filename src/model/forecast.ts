/**
 * The API requests the job of a plan takes if it runs smoothly: one to create it, one to close it, one for each batch,
 * and the polls. Without changes, there is no job.
 */
export function forecastJob(changes: number, batchSize: number): { requests: number; batches: number } {
  const batches = Math.ceil(changes / batchSize);
  if (batches === 0) return { requests: 0, batches: 0 };
  const polls = 1 + Math.floor(batches / 25);
  return { requests: 2 + batches + polls, batches };
}
