import { expect } from 'chai';
import { requireSameOrg } from '../../src/process/find-org.ts';
import { ORG } from '../model/run-fixtures.ts';

describe('the org of a run or a plan', () => {
  const run = { kind: 'run', name: 'R', org: ORG } as const;
  const refreshed = { ...ORG, orgId: '00D000000000002AAA' };
  const other = { ...refreshed, username: 'else@byline.example' };

  it('is the same by 15 characters of its id', () => {
    expect(() => requireSameOrg(run, { ...other, orgId: ORG.orgId.slice(0, 15) })).not.to.throw();
  });

  it('that was refreshed is told by both ids, and has forgotten the run', () => {
    for (const [kind, name] of [
      ['run', 'RunOfRefreshedOrgError'],
      ['plan', 'PlanOfRefreshedOrgError'],
    ] as const) {
      expect(() => requireSameOrg({ ...run, kind }, refreshed))
        .to.throw(/00D000000000001AAA.*00D000000000002AAA.*refreshed.*has forgotten the run/)
        .with.property('name', name);
    }
  });

  it('that is another is told by user name and id', () => {
    expect(() => requireSameOrg(run, other)).to.throw(
      'the org 00D000000000001AAA of editor@byline.example, not to the org 00D000000000002AAA of else@byline.example',
    );
    expect(() => requireSameOrg({ ...run, kind: 'plan' }, other)).to.throw(/^The plan R was made for .*, not for /);
  });
});
