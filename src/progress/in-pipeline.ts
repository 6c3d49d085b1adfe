/** Whether the process runs in a pipeline, where nobody can answer a prompt. */
export function inPipeline(): boolean {
  const { CI } = process.env;
  return CI !== undefined && CI !== 'false' && CI !== '0';
}
