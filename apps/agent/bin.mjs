#!/usr/bin/env node
import { enter } from '../../scripts/project-node.mjs';

await enter(new URL('./cli.ts', import.meta.url));
