package cadj.cad.profile.run;

import static java.util.Comparator.comparingLong;

import cadj.kernels.record.Allocation;
import cadj.kernels.record.Kind;
import cadj.kernels.record.RunProfile;
import cadj.kernels.record.Slice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a run needed memory for.
///
/// @param liveBefore bytes of tensors when the recording began; whose they are is not known
/// @param peak most bytes of tensors in use at a time
/// @param peakAt nanoseconds from the beginning to that moment
/// @param owners of the bytes at the peak, the largest first, all of them
/// @param keptPeak most bytes kept for backward passes at a time
/// @param keptAt nanoseconds from the beginning to that moment
/// @param keepers the modules whose operations kept them, the largest first
/// @param recompute nanoseconds in which checkpointed blocks were computed again
public record MemoryReport(
    long liveBefore,
    long peak,
    long peakAt,
    List<Owner> owners,
    long keptPeak,
    long keptAt,
    List<Owner> keepers,
    long recompute) {
  /// @param network the phase that runs the module, or, outside modules, the phase; or empty
  /// @param module key, or empty outside modules
  /// @param operation what the memory was taken in, or empty outside operations
  public record Owner(String network, String module, String operation, long bytes) {}

  private record Place(String network, String module, String operation) {}

  public static MemoryReport of(RunProfile run, RunIndex index) {
    long live = run.liveBefore();
    long peak = live;
    long peakAt = 0;
    int peakEvent = -1;
    List<Allocation> allocations = run.allocations();
    for (int i = 0; i < allocations.size(); i++) {
      live += allocations.get(i).bytes();
      if (live > peak) {
        peak = live;
        peakAt = allocations.get(i).nanos();
        peakEvent = i;
      }
    }
    Map<Long, Allocation> blocks = new HashMap<>();
    for (Allocation it : allocations.subList(0, peakEvent + 1)) {
      if (it.bytes() >= 0) {
        blocks.put(it.id(), it);
      } else {
        blocks.remove(it.id());
      }
    }
    Map<Place, Long> owners = new HashMap<>();
    blocks
        .values()
        .forEach(it -> owners.merge(place(run, index, it.slice()), it.bytes(), Long::sum));
    Kept kept = Kept.of(run, index);
    return new MemoryReport(
        run.liveBefore(),
        peak,
        peakAt,
        sorted(owners),
        kept.peak,
        kept.at,
        sorted(kept.keepers),
        recompute(run, index));
  }

  /// The most that was kept, and by which modules.
  private record Kept(long peak, long at, Map<Place, Long> keepers) {
    static Kept of(RunProfile run, RunIndex index) {
      long bytes = 0;
      long peak = 0;
      long at = 0;
      int event = -1;
      for (int i = 0; i < run.kept().size(); i++) {
        bytes += run.kept().get(i).bytes();
        if (bytes > peak) {
          peak = bytes;
          at = run.kept().get(i).nanos();
          event = i;
        }
      }
      Map<Place, Long> keepers = new HashMap<>();
      for (RunProfile.Kept it : run.kept().subList(0, event + 1)) {
        Place place =
            it.slice() < 0
                ? new Place("", "", "")
                : new Place(network(index, it.slice()), index.module(it.slice()), "");
        keepers.merge(place, it.bytes(), Long::sum);
      }
      keepers.values().removeIf(sum -> sum == 0);
      return new Kept(peak, at, keepers);
    }
  }

  private static Place place(RunProfile run, RunIndex index, int slice) {
    int at = slice;
    while (at >= 0 && run.slices().get(at).kind() == Kind.LAUNCH) {
      at = run.slices().get(at).parent();
    }
    if (at < 0) {
      return new Place("", "", "");
    }
    Slice it = run.slices().get(at);
    String operation =
        switch (it.kind()) {
          case OPERATION -> it.name();
          case BACKWARD -> it.name() + " backward";
          case PHASE, MODULE, LAUNCH -> "";
        };
    return new Place(network(index, at), index.module(at), operation);
  }

  private static String network(RunIndex index, int slice) {
    return index.module(slice).isEmpty() ? index.phase(slice) : index.network(slice);
  }

  private static List<Owner> sorted(Map<Place, Long> sums) {
    List<Owner> owners = new ArrayList<>();
    sums.forEach(
        (place, bytes) ->
            owners.add(new Owner(place.network, place.module, place.operation, bytes)));
    owners.sort(
        comparingLong((Owner it) -> -it.bytes)
            .thenComparing(Owner::network)
            .thenComparing(Owner::module)
            .thenComparing(Owner::operation));
    return owners;
  }

  private static long recompute(RunProfile run, RunIndex index) {
    long nanos = 0;
    for (Slice slice : run.slices()) {
      if (index.pass(slice.id()) == Pass.RECOMPUTE) {
        nanos += index.own(slice.id());
      }
    }
    return nanos;
  }
}
