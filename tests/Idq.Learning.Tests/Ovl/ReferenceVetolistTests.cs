namespace Idq.Learning.Tests.Ovl;

public sealed class ReferenceVetolistTests
{
    [SharedFact]
    public void The_list_of_the_original_is_reproduced_to_the_last_character()
    {
        var model = (OvlModel)new OvlClassifier("ovl", KleineWelleRun.Options()).Train(KleineWelleRun.Read(), null, default).Model!;
        using var text = new StringWriter();
        model.WriteVetolist(text);
        Assert.Equal(File.ReadAllText(SharedData.Path("ovl", "reference.vetolist.eval")), text.ToString());
    }
}
