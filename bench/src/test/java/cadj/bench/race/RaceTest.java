package cadj.bench.race;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.bench.peer.Contender;
import cadj.bench.peer.Peer;
import cadj.bench.workload.Entry;
import cadj.bench.workload.Workload;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.roofline.CpuRoofline;
import cadj.kernels.roofline.RooflineProbe;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Contenders take turns round by round, and a peer with another result takes none.
class RaceTest {
  private static final Pace PACE = new Pace(2, 0, 0, 0);

  private final List<String> log = new ArrayList<>();
  private final RooflineProbe probe = new CpuRoofline(new Cpu(1));

  /// Its results are whatever is given.
  private final class Fake implements Contender {
    private final String name;
    private final double seconds;
    private final @Nullable List<F32> results;

    Fake(String name, double seconds, @Nullable List<F32> results) {
      this.name = name;
      this.seconds = seconds;
      this.results = results;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void warmUp(double atLeast) {}

    @Override
    public double turn(double atLeast) {
      log.add(name);
      return seconds;
    }

    @Override
    public @Nullable List<F32> results() {
      return results;
    }

    @Override
    public void close() {
      log.add("close " + name);
    }
  }

  private static final class Three implements Workload {
    @Override
    public void run() {}

    @Override
    public List<F32> results() {
      return List.of(F32.of(3));
    }

    @Override
    public double flop() {
      return 1e9;
    }
  }

  private List<Outcome> race(int entries, Contender... contenders) {
    Peer peer =
        new Peer() {
          @Override
          public List<String> names() {
            return List.of();
          }

          @Override
          public void start(int threads) {}

          @Override
          public List<Contender> contenders(Workload workload) {
            return List.of(contenders);
          }
        };
    List<Entry> heat = new ArrayList<>();
    for (int i = 0; i < entries; i++) {
      heat.add(new Entry("room", "operation", "shape " + i, Three::new));
    }
    return new Race(PACE, workload -> new Fake("ours", 2, null), List.of(peer), probe::measure)
        .run(heat);
  }

  @Test
  void turnsAlternate() {
    race(1, new Fake("a", 4, List.of(F32.of(3))), new Fake("b", 4, null));
    assertEquals(List.of("ours", "a", "b", "ours", "a", "b", "close a", "close b"), log);
  }

  @Test
  void aHeatSharesItsRounds() {
    race(2, new Fake("a", 4, null));
    assertEquals(List.of("ours", "ours", "a", "a"), log.subList(0, 4));
  }

  @Test
  void outcomeHasTimesAndErrors() {
    Outcome outcome = race(1, new Fake("a", 4, List.of(F32.of(3.0001f)))).getFirst();
    Times times = outcome.peers().getFirst();
    assertEquals(2, times.over(outcome.ours()));
    assertEquals(3.3e-5, times.error(), 1e-6);
    assertTrue(outcome.share() > 0 && outcome.share() < 1, () -> "share " + outcome.share());
  }

  @Test
  void whoDisagreesIsNotTimed() {
    Outcome outcome =
        race(1, new Fake("wrong", 1, List.of(F32.of(4))), new Fake("b", 4, null)).getFirst();
    assertEquals(List.of("close wrong", "ours", "b", "ours", "b", "close b"), log);
    assertEquals(List.of("b"), outcome.peers().stream().map(Times::name).toList());
    assertEquals(
        List.of(
            "room operation shape 0: wrong differs by 3.3e-01 of the largest value, and is not"
                + " timed"),
        outcome.refused());
  }
}
