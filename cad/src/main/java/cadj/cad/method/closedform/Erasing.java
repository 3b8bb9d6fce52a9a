package cadj.cad.method.closedform;

import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;

/// What these methods ask of a task.
final class Erasing {
  private Erasing() {}

  /// @throws IllegalArgumentException unless the concept is to go
  static void require(EditMethod method, EditTask task) {
    if (task.goal() != EditTask.Goal.ERASE) {
      throw new IllegalArgumentException(
          "%s: expected a concept to erase, got one to amplify".formatted(method.name()));
    }
  }
}
