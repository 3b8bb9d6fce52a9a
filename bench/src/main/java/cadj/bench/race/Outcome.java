package cadj.bench.race;

import cadj.bench.workload.Entry;
import java.util.List;

/// A row of the table.
///
/// @param flop of the workload, see [cadj.bench.workload.Workload#flop]
/// @param share of what the machine could do in the same round: the median over rounds; NaN, if the
///   work was not counted
/// @param refused peers that disagreed with our result and were not timed, with the reason
public record Outcome(
    Entry entry,
    double flop,
    double bytes,
    Times ours,
    List<Times> peers,
    double share,
    List<String> refused) {}
