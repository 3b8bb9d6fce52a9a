package cadj.cad.method;

import cadj.cad.judge.Judge;
import cadj.models.pipeline.TextToImage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is to be edited, how, and what must stay.
///
/// @param pipeline the model; methods run its denoiser through [Cost#counted]
/// @param concept its bare name
/// @param goal whether it goes or comes
/// @param targets prompts that ask for it, the bare name first; at least one
/// @param preserve prompts that must draw what they drew, with none that asks for the concept; may
///   be empty
/// @param judge tells whether a picture shows the concept; null where there is none
/// @param seed of every random draw
/// @param cost adds up what the denoiser had to do
public record EditTask(
    TextToImage pipeline,
    String concept,
    Goal goal,
    List<TargetPrompt> targets,
    List<String> preserve,
    @Nullable Judge judge,
    long seed,
    Cost cost) {
  /// What becomes of the concept.
  public enum Goal {
    ERASE,
    AMPLIFY;

    Goal other() {
      return this == ERASE ? AMPLIFY : ERASE;
    }
  }
}
