/// What `cadj profile --baseline` shows: how a run differs from an earlier one.
///
/// Read [RunSummary] first, which takes from the object of `--json` what is compared; then
/// [RunComparison]; [ComparisonText] prints it. Imports `cadj.tensor.json`.
@NullMarked
package cadj.cad.profile.compare;

import org.jspecify.annotations.NullMarked;
