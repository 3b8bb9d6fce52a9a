package cadj.cad.attribution;

import cadj.tensor.file.AtomicFile;
import cadj.tensor.file.FileFailure;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// The file beside a result in which a run's state is saved, so that it can go on after any end.
///
/// @param identity everything that the sums depend on
/// @param trajectories which the run takes
/// @param pointsPerTrajectory how many points each has
record UnfinishedRun(
    Path file,
    Map<String, String> identity,
    TrajectoryRange trajectories,
    int pointsPerTrajectory) {
  private static final String NEXT_POINT = "next_point";
  private static final String TRAJECTORIES = "unfinished_trajectories";

  /// Saves the state after `next` of the run's points, some but not all, in one move.
  void save(int next, TrajectorySums current, FinishedTrajectories finished) {
    SafetensorsWriter writer = new SafetensorsWriter();
    identity.forEach(writer::metadata);
    writer.metadata(TRAJECTORIES, trajectories.toString());
    writer.metadata(NEXT_POINT, Integer.toString(next));
    current.write(writer);
    finished.write(writer);
    writer.write(file);
  }

  /// Takes up a saved state, if there is one.
  ///
  /// @return the point to go on with, counted over the run's trajectories
  /// @throws FileFormatException if the file is of another run, or damaged
  int load(TrajectorySums current, FinishedTrajectories finished) {
    if (!Files.exists(file)) {
      return 0;
    }
    try (SafetensorsFile saved = SafetensorsFile.open(file)) {
      identity.forEach((key, value) -> requireSame(saved, key, value));
      requireSame(saved, TRAJECTORIES, trajectories.toString());
      int next = next(saved);
      current.read(saved);
      finished.read(saved, trajectories.first(), next / pointsPerTrajectory);
      return next;
    }
  }

  private void requireSame(SafetensorsFile saved, String key, String value) {
    String found = saved.metadata().getOrDefault(key, "nothing");
    if (!found.equals(value)) {
      throw new FileFormatException(
          file,
          key,
          value + " (an unfinished run of other settings; delete it to start anew)",
          found);
    }
  }

  private int next(SafetensorsFile saved) {
    int all = trajectories.count() * pointsPerTrajectory;
    String text = saved.metadata(NEXT_POINT);
    try {
      int next = Integer.parseInt(text);
      if (next > 0 && next < all) {
        return next;
      }
    } catch (NumberFormatException notANumber) {
      // reported below
    }
    throw new FileFormatException(
        file, NEXT_POINT, "1 to " + (all - 1), FileFormatException.quote(text));
  }

  /// Deletes the state, and what a kill in the middle of saving left.
  static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
      AtomicFile.deleteUnfinished(file);
    } catch (IOException e) {
      throw FileFailure.of(file, "cannot be deleted", e);
    }
  }
}
