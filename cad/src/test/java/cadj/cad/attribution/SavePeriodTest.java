package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Saving takes no more than its share of the time.
class SavePeriodTest {
  private static final long SECOND = 1_000_000_000;

  private long now;
  private final List<Long> saved = new ArrayList<>();

  /// Is asked every second for `seconds`; a save takes `cost` seconds.
  private void run(SavePeriod period, int seconds, int cost) {
    for (int i = 0; i < seconds; i++) {
      now += SECOND;
      period.saveIfDue(
          () -> {
            saved.add(now / SECOND);
            now += cost * SECOND;
          });
    }
  }

  /// 4 GB should take 10 s; it takes 1 s, and then 3 s.
  @Test
  void theLastSaveTellsWhenTheNextIsDue() {
    SavePeriod period = new SavePeriod(4_000_000_000L, 0.02, () -> now);
    run(period, 560, 1);
    assertEquals(List.of(500L, 551L), saved);
    saved.clear();
    now = 600 * SECOND;
    run(period, 200, 3);
    assertEquals(List.of(602L, 755L), saved);
  }

  @Test
  void smallFilesAreSavedSoon() {
    run(new SavePeriod(8_000_000, 0.02, () -> now), 3, 0);
    assertEquals(List.of(1L, 2L, 3L), saved);
  }
}
