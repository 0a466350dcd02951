/** Imported ahead of the agent: its process is killed before the step that DIE_BEFORE names. */

import { dieBefore } from '@tombolo/testkit/fault-points';

dieBefore(String(process.env.DIE_BEFORE));
