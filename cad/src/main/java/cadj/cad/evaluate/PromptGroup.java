package cadj.cad.evaluate;

import java.util.List;

/// Prompts that are drawn and counted together.
///
/// @param name such as "captions" or "paraphrases"
/// @param prompts all of them
/// @param ofTarget how many pictures of each prompt that asks for the edited concept
/// @param ofOthers how many of each other prompt
/// @param measures what is made of the pictures
record PromptGroup(
    String name,
    List<ProtocolPrompt> prompts,
    int ofTarget,
    int ofOthers,
    List<MeasureKind> measures) {
  /// How many pictures of `prompt` when `concept` is edited.
  int pictures(ProtocolPrompt prompt, String concept) {
    return prompt.asksFor(concept) ? ofTarget : ofOthers;
  }
}
