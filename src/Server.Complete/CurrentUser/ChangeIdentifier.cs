using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenPassage.Server.Complete.Outcomes;
using OpenPassage.Server.Complete.Sessions;
using OpenPassage.Server.Http;
using OpenPassage.Server.Manage;

namespace OpenPassage.Server.Complete.CurrentUser;

/// <summary>Another email address or phone number: it has to be proven by a message, and there are none yet. The refusal says so.</summary>
internal static class ChangeIdentifier
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPatch("apps/{app_id}/currentuser/email", Refuse)
            .DescribeOwn("ChangeEmail", "Another email address; not before there are messages.", CompleteRefusals.NoMessages);
        routes.MapPatch("apps/{app_id}/currentuser/phone", Refuse)
            .DescribeOwn("ChangePhone", "Another phone number; not before there are messages.", CompleteRefusals.NoMessages);
    }

    private static Outcome<Done> Refuse(UserCall _) => CompleteRefusals.NoMessages;
}
