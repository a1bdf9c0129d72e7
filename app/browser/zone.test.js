// What is drawn over time is drawn by the organisation's clock.
import assert from "node:assert/strict";
import { test } from "node:test";
import { clockOf, onClock } from "./zone.js";

const SPRING = Date.UTC(2026, 2, 8, 7);
const NEW_YORK = `-9223372036854775808:-300,${SPRING}:-240`;

test("a moment is told by the offset of its day", () => {
  const clock = clockOf(NEW_YORK);
  assert.equal(clock(SPRING - 1), SPRING - 1 - 5 * 3_600_000);
  assert.equal(clock(SPRING), SPRING - 4 * 3_600_000);
  assert.equal(clockOf(undefined)(SPRING), SPRING);
});

test("points over time move, all else stays", () => {
  const given = { xAxis: { type: "time" }, series: [{ name: "a", data: [[SPRING, 3], [SPRING + 1, null]] }] };
  const before = structuredClone(given);
  const drawn = onClock(given, NEW_YORK);
  assert.deepEqual(drawn.series[0].data, [[SPRING - 4 * 3_600_000, 3], [SPRING + 1 - 4 * 3_600_000, null]]);
  assert.equal(drawn.useUTC, true);
  assert.deepEqual(given, before);
  const named = { xAxis: { type: "category" }, series: [{ data: [[5, 3]] }] };
  assert.equal(onClock(named, NEW_YORK), named);
});
