import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from './rig.ts';

export type Step = {
  readonly name?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
};

export type Job = {
  readonly needs?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> };
  readonly 'timeout-minutes'?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
};

/** A workflow of GitHub Actions. */
export type Workflow = {
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
};

/** A job of GitLab CI, with those it extends merged in. */
export type GitLabJob = {
  readonly before_script: readonly string[];
  readonly script: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
};

export const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Reads a workflow; throws where it is no YAML. */
export const readWorkflow = (path: string): Workflow => parse(textOf(path)) as Workflow;

/** The jobs of GitLab's example that run, by name. */
export function readGitLab(path: string): ReadonlyMap<string, GitLabJob> {
  const { variables, ...all } = parse(textOf(path)) as Record<string, Record<string, unknown>>;
  const complete = (name: string): Record<string, unknown> => {
    const { extends: base, ...own } = all[name] ?? {};
    const inherited = typeof base === 'string' ? complete(base) : {};
    const merged = { ...(inherited['variables'] as object), ...(own['variables'] as object) };
    return { ...inherited, ...own, variables: merged };
  };
  const names = Object.keys(all).filter((name) => !name.startsWith('.'));
  return new Map(
    names.map((name) => {
      const job = complete(name);
      return [name, { ...job, variables: { ...variables, ...(job['variables'] as object) } } as unknown as GitLabJob];
    }),
  );
}

/** The shell of each `sh` step of a Jenkinsfile, in order. */
export const readJenkins = (path: string): string[] =>
  [...textOf(path).matchAll(/\bsh(?: |\(.*?)'''(.*?)'''/gs)].map(([, script]) => script!);
