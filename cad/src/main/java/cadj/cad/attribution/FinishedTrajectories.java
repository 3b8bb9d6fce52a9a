package cadj.cad.attribution;

import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;

/// What becomes of trajectories that are done: merged for a result, or kept apart for a part of
/// one.
sealed interface FinishedTrajectories permits MergedTrajectories, KeptTrajectories {
  /// Takes trajectory number `trajectory`; they come in order.
  void add(int trajectory, Trajectory finished);

  /// Adds all there is to a file of unfinished work.
  void write(SafetensorsWriter writer);

  /// Takes up what [#write] left.
  ///
  /// @param first number of the first trajectory
  /// @param count how many are done
  void read(SafetensorsFile file, int first, int count);
}
