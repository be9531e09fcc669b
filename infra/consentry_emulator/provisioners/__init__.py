"""One provisioner a resource type: direct API calls to moto, or an entry in the wiring.

CloudFormation inside moto drops what it does not know (recovery, encryption, notifications, alarms); called
directly, moto knows them. Each provisioner lists the properties that it understands; any other stops the raising.
"""

from consentry_emulator.errors import UnknownPropertyError
from consentry_emulator.provisioners import (
    alarms,
    api,
    buckets,
    buses,
    functions,
    keys,
    logs,
    machines,
    queues,
    roles,
    tables,
)
from consentry_emulator.provisioners.provisioner import Provisioner
from consentry_emulator.resources import CreatedResource, EmulatedAccount, Resource

PROVISIONERS: dict[str, Provisioner] = {
    "AWS::ApiGatewayV2::Api": api.API,
    "AWS::ApiGatewayV2::Stage": api.STAGE,
    "AWS::CloudWatch::Alarm": alarms.ALARM,
    "AWS::DynamoDB::Table": tables.TABLE,
    "AWS::Events::EventBus": buses.BUS,
    "AWS::Events::EventBusPolicy": buses.POLICY,
    "AWS::Events::Rule": buses.RULE,
    "AWS::IAM::ManagedPolicy": roles.MANAGED_POLICY,
    "AWS::IAM::Role": roles.ROLE,
    "AWS::KMS::Key": keys.KEY,
    "AWS::Lambda::EventInvokeConfig": functions.INVOKE_CONFIG,
    "AWS::Lambda::EventSourceMapping": functions.MAPPING,
    "AWS::Lambda::Function": functions.FUNCTION,
    "AWS::Lambda::LayerVersion": functions.LAYER,
    "AWS::Lambda::Permission": functions.PERMISSION,
    "AWS::Logs::LogGroup": logs.LOG_GROUP,
    "AWS::S3::Bucket": buckets.BUCKET,
    "AWS::S3::BucketPolicy": buckets.POLICY,
    "AWS::SQS::Queue": queues.QUEUE,
    "AWS::SQS::QueuePolicy": queues.POLICY,
    "AWS::StepFunctions::StateMachine": machines.MACHINE,
}


def create_resource(resource: Resource, account: EmulatedAccount) -> CreatedResource:
    """Raise one resource by its type's provisioner; its type is known, its properties are checked here."""
    provisioner = PROVISIONERS[resource.kind]
    for name in resource.properties:
        if name not in provisioner.supported_properties:
            raise UnknownPropertyError(resource.logical_id, name)
    return provisioner.make(resource, account)
