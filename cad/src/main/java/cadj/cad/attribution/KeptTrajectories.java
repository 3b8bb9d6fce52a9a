package cadj.cad.attribution;

import cadj.tensor.Tensor;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/// Trajectories each by itself, as tensors `trajectory-<number, from 1>/…`.
final class KeptTrajectories implements FinishedTrajectories {
  private final List<String> sums;
  private final SequencedMap<String, Tensor> watched;
  private final int steps;
  private final TreeMap<Integer, Trajectory> trajectories = new TreeMap<>();

  KeptTrajectories(List<String> sums, SequencedMap<String, Tensor> watched, int steps) {
    this.sums = sums;
    this.watched = watched;
    this.steps = steps;
  }

  static String prefix(int trajectory) {
    return "trajectory-" + (trajectory + 1) + "/";
  }

  @Override
  public void add(int trajectory, Trajectory finished) {
    trajectories.put(trajectory, finished);
  }

  @Override
  public void write(SafetensorsWriter writer) {
    trajectories.forEach((number, trajectory) -> trajectory.write(writer, prefix(number), watched));
  }

  @Override
  public void read(SafetensorsFile file, int first, int count) {
    for (int number = first; number < first + count; number++) {
      add(number, Trajectory.read(file, prefix(number), sums, watched, steps));
    }
  }
}
