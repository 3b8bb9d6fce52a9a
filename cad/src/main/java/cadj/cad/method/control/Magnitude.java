package cadj.cad.method.control;

import cadj.cad.edit.Patch;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.SettingValues;
import cadj.models.denoiser.Sites;
import java.util.EnumSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/// The largest weights of each row, |w|: the same for every concept.
public record Magnitude(List<Sites> sites, double ratio) implements EditMethod {
  @Override
  public String name() {
    return "magnitude";
  }

  @Override
  public SequencedMap<String, String> settings() {
    return new HighestPerRow(sites, ratio).settings();
  }

  @Override
  public Magnitude with(SettingValues values) {
    return new Magnitude(values.someOf("sites", Sites.values()), values.number("ratio"));
  }

  /// Whatever is to become of the concept: a control looks at no scores.
  @Override
  public Set<EditTask.Goal> goals() {
    return EnumSet.allOf(EditTask.Goal.class);
  }

  @Override
  public Patch edit(EditTask task, Progress progress) {
    return new HighestPerRow(sites, ratio)
        .edit(
            task,
            (name, w) -> {
              float[] out = w.toFloats();
              for (int i = 0; i < out.length; i++) {
                out[i] = Math.abs(out[i]);
              }
              return out;
            });
  }
}
