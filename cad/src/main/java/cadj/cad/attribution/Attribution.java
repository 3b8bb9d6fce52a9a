package cadj.cad.attribution;

import cadj.tensor.Tensor;
import cadj.tensor.file.AtomicFile;
import cadj.tensor.file.FileFailure;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.memory.BufferPool;
import cadj.tensor.memory.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Runs a [Procedure] and adds up scores, in such a way that it can be stopped at any moment.
///
/// With a file to save to, the state is written beside it now and then, in one move. Started again
/// with the same settings it goes on from there and ends with the same bits as if it had not been
/// stopped.
///
/// @param watched the scored parameters by name
/// @param identity everything the scores depend on; kept as the result's metadata
/// @param partial where to save unfinished work, or null
/// @param every how often
public record Attribution(
    Procedure procedure,
    SequencedMap<String, Tensor> watched,
    Map<String, String> identity,
    @Nullable Path partial,
    Duration every) {

  /// Is told how many units are done.
  @FunctionalInterface
  public interface Progress {
    void at(int done, int total);
  }

  /// @throws FileFormatException if there is unfinished work of other settings at `partial`
  public AttributionResult run(boolean keepGradients, Progress progress) {
    Accumulator sums = new Accumulator(watched, procedure.timesteps().length);
    int total = procedure.units();
    if (partial != null && Files.exists(partial)) {
      sums.load(partial, identity, total);
    }
    progress.at(sums.next(), total);
    Clock clock = new Clock();
    procedure.walk(
        sums.next(),
        (unit, step, objective) -> {
          if (unit < sums.next()) {
            return;
          }
          Scope.run("unit", () -> sums.add(step, objective));
          if (partial != null && unit + 1 < total && clock.isDue(every)) {
            sums.save(partial, identity);
          }
          progress.at(unit + 1, total);
        });
    return result(sums, keepGradients);
  }

  /// Forgets unfinished work, once the result is safe, and what a kill in the middle of saving
  /// left.
  public void deletePartial() {
    if (partial != null) {
      try {
        Files.deleteIfExists(partial);
        AtomicFile.deleteUnfinished(partial);
      } catch (IOException e) {
        throw FileFailure.of(partial, "cannot be deleted", e);
      }
    }
  }

  private AttributionResult result(Accumulator sums, boolean keepGradients) {
    BufferPool.shared().trim(); // the work is done, and scores take as much as the weights did
    double divisor = procedure.divisor();
    SequencedMap<String, Tensor> scores = new LinkedHashMap<>();
    SequencedMap<String, Tensor> gradients = new LinkedHashMap<>();
    watched.forEach(
        (name, w) -> {
          float[] gradient = sums.gradient(name, divisor);
          float[] weight = w.toFloats();
          float[] score = new float[gradient.length];
          for (int i = 0; i < score.length; i++) {
            score[i] = weight[i] * gradient[i];
          }
          scores.put(name, Tensor.of(score, w.shape().toArray()));
          if (keepGradients) {
            gradients.put(name, Tensor.of(gradient, w.shape().toArray()));
          }
        });
    int[] timesteps = procedure.timesteps();
    return new AttributionResult(
        scores,
        gradients,
        timesteps,
        AttributionResult.table(sums.positive(divisor), watched.size(), timesteps.length),
        AttributionResult.table(sums.negative(divisor), watched.size(), timesteps.length),
        sums.objectives(divisor),
        identity);
  }

  /// Tells when a period has passed.
  private static final class Clock {
    private long last = System.nanoTime();

    boolean isDue(Duration period) {
      long now = System.nanoTime();
      boolean due = now - last >= period.toNanos();
      if (due) {
        last = now;
      }
      return due;
    }
  }
}
