/** Whether a pipeline runs this, where nobody watches and nobody answers. */
export function inPipeline(): boolean {
  const { CI } = process.env;
  return CI !== undefined && CI !== 'false' && CI !== '0';
}
