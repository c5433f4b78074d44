using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Compat.Tests.Logging;

[TestClass]
public sealed class LogTests
{
    [TestMethod]
    public void Channel_Messages_ReachTheLogUnderTheFullName()
    {
        var context = new MLContext(1);
        var seen = new List<LoggingEventArgs>();
        context.Log += (_, message) => seen.Add(message);
        IHost host = ((IHostEnvironment)context).Register("Outer");
        using (IChannel channel = host.Start("Inner"))
        {
            channel.Info(MessageSensitivity.None, "epoch {0}", 3);
            channel.Warning(MessageSensitivity.None, "{braces} stay");
        }

        Assert.AreEqual("[Source=Outer; Inner, Kind=Info] epoch 3", seen.Single(message => message.Kind == ChannelMessageKind.Info).Message);
        Assert.AreEqual("{braces} stay", seen.Single(message => message.Kind == ChannelMessageKind.Warning).RawMessage);
        Assert.AreEqual(3, seen.Count(message => message.Kind == ChannelMessageKind.Trace));
    }

    [TestMethod]
    public void Rand_SameSeedAndOrder_GivesTheSameNumbers()
    {
        static int[] Draw()
        {
            IHostEnvironment environment = new MLContext(5);
            return [environment.Register("a").Rand.Next(), environment.Register("b").Rand.Next()];
        }

        CollectionAssert.AreEqual(Draw(), Draw());
    }

    [TestMethod]
    public void Options_OnTheContext_AreKept()
    {
        var context = new MLContext();
        Assert.IsTrue(context.TryAddOption("a", 3));
        Assert.IsFalse(context.TryAddOption("a", 4));
        context.SetOption("a", 5);
        Assert.AreEqual(5, context.GetOptionOrDefault<int>("a"));
        Assert.IsTrue(context.RemoveOption("a"));
        Assert.IsFalse(context.TryGetOption("a", out int _));
    }
}
